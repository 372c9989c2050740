import { type Channel, channel } from 'node:diagnostics_channel';
import type { Recorded } from '@dabba/contracts';

/** Of one batch of a consumer: what others can see from now on. */
export interface Committed {
  consumer: string;
  /** Those that were parked included. */
  events: readonly Recorded[];
}

/** Hears of each batch as soon as its transaction is committed; costs nothing while nobody listens. */
export const committed: Channel<Committed, Committed> = channel('dabba:projections:committed');

export function onCommitted(listener: (batch: Committed) => void): void {
  committed.subscribe((message) => {
    if (isCommitted(message)) listener(message);
  });
}
