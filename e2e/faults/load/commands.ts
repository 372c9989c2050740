import type { AcceptedCommand } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { Caller } from './caller.ts';
import type { Sender } from './sender.ts';

const day = 24 * 60 * 60 * 1000;
const skus = ['dal-makhani', 'paneer-tikka', 'veg-biryani'];

/** Commands of one metro's kitchen, couriers and operations. */
export interface Commander {
  /** A lot of so many meals; resolves with their ids once it is accepted. */
  makeLot(quantity: number): Promise<readonly string[]>;
  /** A courier takes it along. Resolves with whether it was accepted. */
  ship(mealId: string): Promise<boolean>;
  /** It comes back unsold. */
  bringBack(mealId: string): Promise<void>;
  /** Asks the fridge to report. */
  commandFridge(fridgeId: string): Promise<void>;
  repeat(): Promise<void>;
}

export interface CommanderOptions {
  metro: string;
  kitchen: Caller;
  courier: Caller;
  operations: Caller;
  sender: Sender;
  random: Random;
}

export function commander(options: CommanderOptions): Commander {
  const { metro, kitchen, courier, operations, sender, random } = options;

  const move = (kind: 'ship' | 'return', mealId: string, status: string, body: object) =>
    sender.send({
      caller: courier,
      path: `/api/v1/meals/${mealId}/${kind}`,
      body,
      read: (key, answer): AcceptedCommand | undefined =>
        isMeal(answer) && answer.id === mealId && answer.status === status
          ? { kind, key, metro, mealId }
          : undefined,
    });

  return {
    async makeLot(quantity) {
      const accepted = await sender.send({
        caller: kitchen,
        path: '/api/v1/lots',
        body: {
          sku: random.pick(skus),
          kitchen_id: kitchen.credential.ids.kitchen_id,
          quantity,
          produced_at: new Date(Date.now() - 1000).toISOString(),
          expires_at: new Date(Date.now() + 2 * day).toISOString(),
          allergens: ['milk'],
          may_contain: ['sesame'],
        },
        read: (key, answer) =>
          isLot(answer)
            ? { kind: 'lot' as const, key, metro, lotId: answer.id, mealIds: answer.meals }
            : undefined,
      });
      return accepted?.mealIds ?? [];
    },
    ship: async (mealId) => (await move('ship', mealId, 'IN_TRANSIT', {})) !== undefined,
    async bringBack(mealId) {
      await move('return', mealId, 'RETURNED', { note: 'nobody came' });
    },
    async commandFridge(fridgeId) {
      await sender.send({
        caller: operations,
        path: `/api/v1/fridges/${fridgeId}/commands`,
        body: { kind: 'REPORT', reason: 'drill' },
        read: (key, answer) =>
          isIssued(answer)
            ? { kind: 'fridge-command' as const, key, metro, fridgeId, commandId: answer.command_id }
            : undefined,
      });
    },
    repeat: () => sender.repeat(),
  };
}

function isLot(body: unknown): body is { id: string; meals: string[] } {
  return (
    typeof body === 'object' && body !== null && 'meals' in body && 'id' in body && Array.isArray(body.meals)
  );
}

function isMeal(body: unknown): body is { id: string; status: string } {
  return typeof body === 'object' && body !== null && 'id' in body && 'status' in body;
}

function isIssued(body: unknown): body is { command_id: string } {
  return (
    typeof body === 'object' && body !== null && 'command_id' in body && typeof body.command_id === 'string'
  );
}
