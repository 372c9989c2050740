import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@dabba/testing';
import type { AcceptedSession } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { Caller } from './caller.ts';
import type { FleetFridge } from './fleet.ts';
import type { Sender } from './sender.ts';

/** Why a door may lawfully stay shut in this drill. */
const refusals: ReadonlySet<string> = new Set([
  'door-in-use',
  'sold-out',
  'fridge-offline',
  'fridge-did-not-answer',
  'maintenance-window',
  // Until the first temperature is known.
  'sensor-silent',
]);
const doors = ['1', '2', '3', '4'];
/** Milliseconds a customer stands at an open door without having seen a price; then the door is shut again. */
const patience = 3_000;

/** Of a fridge's meals; more would pile up while doors stay shut, until it is over its capacity. */
const onOffer = 6;

/** People of one metro who open doors, look at the prices, and take one or two meals. */
export interface Shoppers {
  /** Who stand at open doors. */
  readonly atDoors: number;
  /** Meals that may go out by a door: the others are sold by the fridge's own word. False where enough of them wait inside. */
  offer(shelf: FleetFridge, mealId: string): boolean;
  visit(shelf: FleetFridge): Promise<void>;
}

export interface ShoppersOptions {
  metro: string;
  fridges: readonly FleetFridge[];
  customers: readonly Caller[];
  sender: Sender;
  random: Random;
}

export function shoppers({ metro, fridges, customers, sender, random }: ShoppersOptions): Shoppers {
  const forDoors = new Set<string>();
  /** Session → what its customer was shown. */
  const shown = new Map<string, AcceptedSession['prices']>();
  let atDoors = 0;

  for (const { fridge } of fridges)
    fridge.onOpen(async ({ session_id: id = '' }) => {
      atDoors += 1;
      // The word of the open door may be faster than the answer with the prices.
      const prices = await until('prices', () => shown.get(id), { within: patience, every: 50 }).catch(
        () => ({}),
      );
      shown.delete(id);
      await pause(random.next() * 300);
      const taken = [...fridge.inside]
        .filter((meal) => forDoors.has(meal) && Object.hasOwn(prices, meal))
        .slice(0, 1 + random.below(2));
      for (const meal of taken) forDoors.delete(meal);
      atDoors -= 1;
      return { taken };
    });

  return {
    get atDoors() {
      return atDoors;
    },
    offer({ fridge }, mealId) {
      const waiting = [...fridge.inside].filter((meal) => forDoors.has(meal)).length;
      if (waiting >= onOffer) return false;
      forDoors.add(mealId);
      return true;
    },
    async visit({ fridge }) {
      const caller = random.pick(customers);
      const customerId = caller?.credential.ids.customer_id;
      if (!caller || customerId === undefined) return;
      // Some wait at the door, some for a message.
      const wait = random.next() < 0.5 ? '?wait=3' : '';
      const accepted = await sender.send({
        caller,
        path: `/api/v1/fridges/${fridge.id}/sessions${wait}`,
        body: { door: random.pick(doors) },
        refusals,
        read: (key, answer) =>
          isStarted(answer)
            ? {
                kind: 'session' as const,
                key,
                metro,
                sessionId: answer.id,
                fridgeId: fridge.id,
                customerId,
                state: answer.state,
                prices: Object.fromEntries(
                  answer.prices.map(({ meal_id, price }) => [meal_id, price.amount]),
                ),
              }
            : undefined,
      });
      if (accepted) shown.set(accepted.sessionId, accepted.prices);
    },
  };
}

interface Started {
  id: string;
  state: string;
  prices: { meal_id: string; price: { amount: number } }[];
}

function isStarted(body: unknown): body is Started {
  return (
    typeof body === 'object' &&
    body !== null &&
    'id' in body &&
    'prices' in body &&
    Array.isArray(body.prices)
  );
}
