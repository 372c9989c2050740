import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import { type ColdChain, type ColdEvent, chill, isColdEvent, untouched } from './cold-chain.ts';

export type FridgeEvent =
  | Event<'FridgeRegistered' | 'FridgeCommandIssued' | 'FridgeCommandConfirmed' | 'FridgeAlertRaised'>
  | ColdEvent;

export interface PendingCommand {
  kind: Events['FridgeCommandIssued']['kind'];
  reason: string;
  issuedAt: Instant;
  /** Absent: never. */
  expiresAt?: Instant;
}

/** A door session that was asked for; whether it is still open, its own stream says. */
export interface Opening {
  sessionId: string;
  at: Instant;
}

export interface Fridge {
  /** Null until it is registered; facts may come before that, and are kept. */
  name: string | null;
  capacity: number;
  metro: string | null;
  /** Command id → what the fridge has not confirmed yet. */
  pending: Readonly<Record<string, PendingCommand>>;
  /** Of the last twenty minutes before the newest one, oldest first: no session is open for longer. */
  openings: readonly Opening[];
  alerts: number;
  /** When the silence began to count that the last OFFLINE alarm was raised for; 0: never. */
  offlineAt: Instant;
  /** When the last OVER_CAPACITY alarm was raised; 0: never. */
  overfullAt: Instant;
  cold: ColdChain;
}

const openingsKept = 20 * 60_000;

export const fridgeStream: StreamType<Fridge, FridgeEvent> = {
  name: 'fridge',
  revision: 4,
  initial: () => ({
    name: null,
    capacity: 0,
    metro: null,
    pending: {},
    openings: [],
    alerts: 0,
    offlineAt: 0,
    overfullAt: 0,
    cold: untouched,
  }),
  evolve,
};

export function fridgeRef(id: string, metro: string): StreamRef<Fridge, FridgeEvent> {
  return { type: fridgeStream, id, metro };
}

function evolve(fridge: Fridge, event: FridgeEvent): Fridge {
  if (isColdEvent(event)) return { ...fridge, cold: chill(fridge.cold, event) };
  const { type, data } = event;
  switch (type) {
    case 'FridgeRegistered':
      return { ...fridge, name: data.name, capacity: data.capacity, metro: data.metro };
    case 'FridgeCommandIssued': {
      const { commandId, kind, reason, issuedAt, expiresAt, sessionId } = data;
      // What may no longer be obeyed is waited for by nobody.
      const waiting = Object.entries(fridge.pending).filter(
        ([, old]) => (old.expiresAt ?? Infinity) > issuedAt,
      );
      const pending = {
        ...Object.fromEntries(waiting),
        [commandId]: { kind, reason, issuedAt, ...(expiresAt !== null && { expiresAt }) },
      };
      if (sessionId === null) return { ...fridge, pending };
      const recent = fridge.openings.filter(({ at }) => at > issuedAt - openingsKept);
      return { ...fridge, pending, openings: [...recent, { sessionId, at: issuedAt }] };
    }
    case 'FridgeCommandConfirmed': {
      const { [data.commandId]: _done, ...pending } = fridge.pending;
      return { ...fridge, pending };
    }
    case 'FridgeAlertRaised':
      return {
        ...fridge,
        alerts: fridge.alerts + 1,
        offlineAt: data.alert === 'OFFLINE' ? data.raisedAt : fridge.offlineAt,
        overfullAt: data.alert === 'OVER_CAPACITY' ? data.raisedAt : fridge.overfullAt,
      };
    default:
      return type satisfies never;
  }
}
