import type { EventOf, PrincipalRegistered } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type PrincipalEvent = EventOf<'PrincipalRegistered'>;

/** Somebody or something that may act: ids and roles, no personal data. */
export interface PrincipalState {
  /** null until it is registered. */
  profile: PrincipalRegistered | null;
}

export const principalStream: StreamType<PrincipalState, PrincipalEvent> = {
  name: 'principal',
  revision: 1,
  initial: () => ({ profile: null }),
  evolve: (_state, event) => ({ profile: event.data }),
};

/** @param metro decides the partition of a new stream; a principal of the whole region takes any metro's */
export function principalRef(id: string, metro: string): StreamRef<PrincipalState, PrincipalEvent> {
  return { type: principalStream, id, metro };
}
