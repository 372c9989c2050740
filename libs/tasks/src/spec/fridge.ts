import type { EventOf } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import type { Unlocking } from './provider.ts';

export type FridgeEvent = EventOf<'FridgeCommandIssued'> | EventOf<'FridgeCommandConfirmed'>;

export interface Fridge {
  /** References of what we asked for. */
  asked: string[];
  /** The provider's ids of what was done. */
  done: string[];
}

const fridge: StreamType<Fridge, FridgeEvent> = {
  name: 'unlocked-fridge',
  revision: 1,
  initial: () => ({ asked: [], done: [] }),
  evolve: (state, event) =>
    event.type === 'FridgeCommandIssued'
      ? { ...state, asked: [...state.asked, event.data.commandId] }
      : { asked: state.asked.slice(1), done: [...state.done, event.data.commandId] },
};

export function fridgeAt(id: string): StreamRef<Fridge, FridgeEvent> {
  return { type: fridge, id, metro: 'sfo' };
}

/** Our intent, written before the call. */
export function issued(fridgeId: string, reference: string): EventOf<'FridgeCommandIssued'> {
  return {
    type: 'FridgeCommandIssued',
    data: {
      fridgeId,
      commandId: reference,
      kind: 'UNLOCK',
      reason: 'service',
      issuedAt: 1,
      sessionId: null,
      door: null,
      nonce: null,
      expiresAt: null,
    },
  };
}

/** The provider's object, by its own id: once, and only when it has come to its end. */
export function confirm(fridgeId: string, unlocking: Unlocking) {
  return (state: Fridge): FridgeEvent[] => {
    if (unlocking.status !== 'done' || state.done.includes(unlocking.id)) return [];
    return [{ type: 'FridgeCommandConfirmed', data: { fridgeId, commandId: unlocking.id, confirmedAt: 2 } }];
  };
}
