import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type FridgeEvent = Event<
  'FridgeRegistered' | 'FridgeCommandIssued' | 'FridgeCommandConfirmed' | 'FridgeAlertRaised'
>;

export interface PendingCommand {
  kind: Events['FridgeCommandIssued']['kind'];
  reason: string;
  issuedAt: Instant;
}

export interface Fridge {
  /** Null until it is registered; facts may come before that, and are kept. */
  name: string | null;
  capacity: number;
  metro: string | null;
  /** Command id → what the fridge has not confirmed yet. */
  pending: Readonly<Record<string, PendingCommand>>;
  alerts: number;
}

export const fridgeStream: StreamType<Fridge, FridgeEvent> = {
  name: 'fridge',
  revision: 1,
  initial: () => ({ name: null, capacity: 0, metro: null, pending: {}, alerts: 0 }),
  evolve,
};

export function fridgeRef(id: string, metro: string): StreamRef<Fridge, FridgeEvent> {
  return { type: fridgeStream, id, metro };
}

function evolve(fridge: Fridge, { type, data }: FridgeEvent): Fridge {
  switch (type) {
    case 'FridgeRegistered':
      return { ...fridge, name: data.name, capacity: data.capacity, metro: data.metro };
    case 'FridgeCommandIssued': {
      const { commandId, kind, reason, issuedAt } = data;
      return { ...fridge, pending: { ...fridge.pending, [commandId]: { kind, reason, issuedAt } } };
    }
    case 'FridgeCommandConfirmed': {
      const { [data.commandId]: _done, ...pending } = fridge.pending;
      return { ...fridge, pending };
    }
    case 'FridgeAlertRaised':
      return { ...fridge, alerts: fridge.alerts + 1 };
    default:
      return type satisfies never;
  }
}
