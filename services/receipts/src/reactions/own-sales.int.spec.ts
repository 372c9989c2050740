import { randomUUID } from 'node:crypto';
import { until } from '@dabba/testing';
import { Topics } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../spec/world.ts';
import { sample as completed } from './order-completed.samples.ts';

const patient = { within: 45_000, every: 100 };
let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world?.close());

/** Documents in which this is named. */
async function handedIn(id: string) {
  const { rows } = await world.receipts.deps.pool.query<{ id: string; client: string; type: string }>(
    `select id, client, type from inbox where position(convert_to($1, 'utf8') in raw) > 0`,
    [id],
  );
  return rows;
}

describe('our own sales', () => {
  it('X-20 a meal that is given back is one receipt more, however often it is told, and none where it cost nothing', async () => {
    const topics = new Topics(world.receipts.deps);
    const [mealId, free, last] = [randomUUID(), randomUUID(), randomUUID()];
    const refunded = (id: string, price: number) =>
      topics.say('MealRefunded', id, {
        ...{ mealId: id, lotId: 'lot_1', sku: 'dal', fridgeId: 'fr_sfo_01', customerId: 'cus_1', price },
        ...{ currency: 'USD', reason: 'cold', refundedAt: completed.completedAt },
      });
    await refunded(mealId, 850);
    await refunded(mealId, 850);
    await refunded(free, 0);
    await refunded(last, 1);
    await topics.close();
    await until(
      'both are handed in',
      async () => (await handedIn(last)).length + (await handedIn(mealId)).length > 1,
      patient,
    );
    expect((await handedIn(mealId)).map(({ type }) => type)).toEqual(['dabba-meal-refund']);
    expect(await handedIn(free)).toEqual([]);
  });
  it('X-20 S2-ORD-09 a completed order is one receipt and each refund of it another, however often it is told, that our services read without a contract', async () => {
    const topics = new Topics(world.receipts.deps);
    const orderId = `ord_${randomUUID()}`;
    const last = `ord_${randomUUID()}`;
    const before = { refundId: `ref_${randomUUID()}`, amount: 200, subsidy: 0, tax: 13, reason: null };
    const refunds = [{ ...before, refundedAt: completed.completedAt }];
    const refund = (refundId: string, afterCompletion: boolean) =>
      topics.say('OrderRefunded', orderId, {
        ...{ ...completed, orderId, refundId, amount: 42, subsidy: 500, tax: 36, reason: 'COLD_FOOD' },
        ...{ afterCompletion, refundedAt: completed.completedAt },
      });
    const [after, never] = [`ref_${randomUUID()}`, `ref_${randomUUID()}`];
    await refund(before.refundId, false);
    await refund(never, false);
    for (const id of [orderId, orderId, orderId])
      await topics.say('OrderCompleted', id, { ...completed, orderId: id, refunds });
    await refund(after, true);
    await refund(after, true);
    await topics.say('OrderCompleted', last, { ...completed, orderId: last });
    await topics.close();
    await until('the last is handed in', async () => (await handedIn(last)).length > 0, patient);
    const [taken, ...more] = (await handedIn(orderId)).filter(({ type }) => type === 'dabba-order-sale');
    expect(more).toEqual([]);
    for (const id of [before.refundId, after])
      expect(await handedIn(id)).toMatchObject([{ client: 'dabba_sfo', type: 'dabba-order-refund' }]);
    expect(await handedIn(never)).toEqual([]);
    expect(await handedIn(orderId)).toHaveLength(3);
    expect(taken).toMatchObject({ client: 'dabba_sfo', type: 'dabba-order-sale' });
    const path = `/api/v1/receipts/${taken?.id}`;
    const asService = { roles: ['service'], client: 'svc_orders' };
    const view = await until('it is judged', async () => {
      const { status, body } = await world.call('GET', path, asService);
      return status === 200 && body.status !== 'RECEIVED' && body;
    });
    expect(view).toMatchObject({ status: 'REGISTERING', registrations: [{ service: 'tax-office' }] });
    // A till's own role does not get there.
    expect((await world.call('GET', path)).status).toBe(404);
  });
});
