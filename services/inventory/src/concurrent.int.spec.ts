import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imbalances } from './spec/ledger.ts';
import { anOrder } from './spec/orders.ts';
import { patient, World } from './spec/world.ts';
import { stockRef } from './stock/stock.ts';

let world: World;

beforeAll(async () => {
  world = await World.open('inventory_race', 2);
});
afterAll(() => world?.close());

const units = fc.integer({ min: 1, max: 3 });
/** How far an order comes, and what becomes of its reservation where nothing goes wrong. */
const life = fc.constantFrom(
  ['placed'] as const,
  ['placed', 'cancelled'] as const,
  ['placed', 'paid'] as const,
  ['placed', 'paid', 'cancelled'] as const,
  ['placed', 'paid', 'preparing'] as const,
);
const orders = fc.array(fc.tuple(life, fc.record({ naan: units, rice: units })), {
  minLength: 20,
  maxLength: 40,
});
const item = fc.constantFrom('naan', 'rice');
const said = fc.oneof(
  fc.tuple(
    fc.constant('restock'),
    units.map((quantity) => ({ quantity })),
  ),
  fc.tuple(
    fc.constant('waste'),
    units.map((quantity) => ({ quantity, reason: 'x' })),
  ),
  fc.tuple(
    fc.constant('count'),
    fc.integer({ min: 0, max: 30 }).map((counted) => ({ counted, reason: 'x' })),
  ),
  fc.tuple(fc.constant('86'), fc.constant({ reason: 'x' })),
);
const people = fc.array(fc.tuple(item, said, fc.constantFrom(0, 1)), { maxLength: 15 });

describe('through two replicas at once', () => {
  it('X-07 is never negative, always balanced, and agrees with every order in the end', async () => {
    await fc.assert(
      fc.asyncProperty(orders, people, async (placed, sayings) => {
        const outletId = await world.outlet({ naan: 25, rice: 25 });
        const all = placed.map(([steps, takes]) => {
          const orderId = newId('ord');
          const events = anOrder(orderId, outletId, takes);
          return { orderId, heard: steps.map((step) => events[step]) };
        });
        const heard = world.hear(all.flatMap((order) => order.heard));
        const answers = await Promise.all(
          sayings.map(([stockItemId, [what, body], replica]) =>
            world.call('POST', `${outletId}/items/${stockItemId}/${what}`, body, {}, replica),
          ),
        );
        await heard;
        // Only what the state forbids may be refused, never a lost race (E6).
        for (const { status } of answers) expect([200, 409]).toContain(status);
        await until(
          'shelves and reservations agree',
          () =>
            agree(
              outletId,
              all.map(({ orderId }) => orderId),
            ),
          patient,
        );
        for (const stockItemId of ['naan', 'rice']) {
          const history = await world.deps.store.history(stockRef(outletId, stockItemId).id, 0, 10_000);
          expect(imbalances(history), stockItemId).toEqual([]);
          const { body } = await world.call('GET', `${outletId}/items`);
          const listed = body.items.find(
            (row: { stock_item_id: string }) => row.stock_item_id === stockItemId,
          );
          const { corrected, restocked, wasted, sold, returned } = listed.balance;
          expect(corrected + restocked - wasted - sold + returned).toBe(listed.on_hand);
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  }, 240_000);
});

/** Every order is decided; what is held is of HELD orders and what is taken of COMMITTED ones, and the list shows it. */
async function agree(outletId: string, orderIds: readonly string[]): Promise<boolean> {
  const kept = await Promise.all(orderIds.map((orderId) => world.call('GET', `reservations/${orderId}`)));
  if (kept.some(({ status }) => status !== 200)) return false;
  const { body: list } = await world.call('GET', `${outletId}/items`);
  for (const stockItemId of ['naan', 'rice']) {
    const parts = kept.flatMap(({ body }) =>
      (body.parts as { stock_item_id: string; quantity: number; held: number; taken: number }[])
        .filter((part) => part.stock_item_id === stockItemId)
        .map((part) => ({ ...part, status: body.status as string })),
    );
    const lawful = parts.every(({ status, quantity, held, taken }) => {
      if (status === 'HELD') return held === quantity && taken === 0;
      if (status === 'COMMITTED') return held === 0 && taken === quantity;
      return status === 'BROKEN' || held + taken === 0;
    });
    if (!lawful) return false;
    const stock = await world.item(outletId, stockItemId);
    const row = list.items.find(
      (candidate: { stock_item_id: string }) => candidate.stock_item_id === stockItemId,
    );
    if (row?.on_hand !== stock.on_hand || row.held !== stock.held || row.taken !== stock.taken) return false;
  }
  return true;
}
