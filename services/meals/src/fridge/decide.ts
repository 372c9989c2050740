import type { Events, Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Fridge, FridgeEvent } from './fridge.ts';

export type FridgeCommand =
  | { do: 'register'; fridgeId: string; metro: string; name: string; capacity: number; now: Instant }
  | {
      do: 'command';
      fridgeId: string;
      commandId: string;
      kind: Events['FridgeCommandIssued']['kind'];
      reason: string;
      now: Instant;
    }
  | { do: 'confirm'; fridgeId: string; commandId: string; at: Instant };

export function decideFridge(fridge: Fridge, command: FridgeCommand): readonly FridgeEvent[] | Refusal {
  const { fridgeId } = command;
  switch (command.do) {
    case 'register': {
      const { metro, name, capacity, now: registeredAt } = command;
      if (fridge.name === null)
        return [{ type: 'FridgeRegistered', data: { fridgeId, metro, name, capacity, registeredAt } }];
      if (fridge.metro === metro && fridge.name === name && fridge.capacity === capacity) return [];
      return refuse(409, 'fridge-exists', `Fridge ${fridgeId} is registered already, as ${fridge.name}`);
    }
    case 'command': {
      if (fridge.name === null) return refuse(404, 'fridge-unknown', `No fridge ${fridgeId}`);
      const { commandId, kind, reason, now: issuedAt } = command;
      // Nothing done from afar can say that food is safe: only staff at the fridge clear it.
      if (kind === 'UNLOCK' && fridge.cold.lock !== null)
        return refuse(409, 'fridge-locked', `Fridge ${fridgeId} has to be emptied and cleared by staff`);
      const unasked = { sessionId: null, door: null, nonce: null, expiresAt: null };
      const data = { fridgeId, commandId, kind, reason, issuedAt, ...unasked };
      return [{ type: 'FridgeCommandIssued', data }];
    }
    case 'confirm': {
      // A second copy of the confirmation, or one for a command nobody gave: nothing to close.
      if (!Object.hasOwn(fridge.pending, command.commandId)) return [];
      const { commandId, at: confirmedAt } = command;
      return [{ type: 'FridgeCommandConfirmed', data: { fridgeId, commandId, confirmedAt } }];
    }
    default:
      return command satisfies never;
  }
}
