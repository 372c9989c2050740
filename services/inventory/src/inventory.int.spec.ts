import { newId } from '@dabba/contracts';
import { verify } from '@dabba/projections';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outlets } from './read-models/outlets.ts';
import { stockList } from './read-models/stock-list.ts';
import { anOrder } from './spec/orders.ts';
import { patient, World } from './spec/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.open('inventory', 2);
});
afterAll(() => world?.close());

const order = (outletId: string, takes: Record<string, number>) => {
  const orderId = newId('ord');
  return { orderId, ...anOrder(orderId, outletId, takes) };
};

describe('orders and stock', () => {
  it('S4-CCH-02 of two orders for the last unit exactly one wins', async () => {
    const outletId = await world.outlet({ naan: 1 });
    const two = [order(outletId, { naan: 1 }), order(outletId, { naan: 1 })];
    await world.hear(two.map(({ placed }) => placed));
    const statuses = await until(
      'both are decided',
      async () => {
        const seen = await Promise.all(two.map(({ orderId }) => world.status(orderId)));
        return seen.every((status) => status !== undefined) && seen;
      },
      patient,
    );
    expect(statuses.toSorted()).toEqual(['HELD', 'REFUSED']);
    expect(await world.item(outletId, 'naan')).toMatchObject({
      on_hand: 1,
      held: 1,
      available: 0,
      out: true,
    });
  });

  it('holds, takes, uses: a paid order leaves, and comes back no more once the kitchen has begun', async () => {
    const outletId = await world.outlet({ naan: 5, rice: 3 });
    const { orderId, placed, paid, preparing, cancelled } = order(outletId, { rice: 1, naan: 2 });
    await world.hear([placed]);
    await world.reaches(orderId, 'HELD');
    await world.hear([paid]);
    await world.reaches(orderId, 'COMMITTED');
    await until('it is taken', async () => (await world.item(outletId, 'naan')).taken === 2, patient);
    expect(await world.item(outletId, 'naan')).toMatchObject({
      on_shelf: 5,
      on_hand: 3,
      held: 0,
      available: 3,
    });
    expect((await world.call('GET', `reservations/${orderId}`)).body.parts).toEqual([
      { stock_item_id: 'naan', quantity: 2, held: 0, taken: 2 },
      { stock_item_id: 'rice', quantity: 1, held: 0, taken: 1 },
    ]);
    await world.hear([preparing, cancelled]);
    await until('it is used', async () => (await world.item(outletId, 'rice')).taken === 0, patient);
    expect(await world.status(orderId)).toBe('BEGUN');
    expect(await world.item(outletId, 'naan')).toMatchObject({ on_shelf: 3, on_hand: 3 });
  });

  it('S1-EVT-06 gives back what a cancelled order held or had taken', async () => {
    const outletId = await world.outlet({ naan: 5 });
    const [one, other] = [order(outletId, { naan: 2 }), order(outletId, { naan: 3 })];
    await world.hear([one.placed, other.placed, other.paid]);
    await world.reaches(one.orderId, 'HELD');
    await until('it is taken', async () => (await world.item(outletId, 'naan')).taken === 3, patient);
    await world.hear([one.cancelled, other.cancelled]);
    await until(
      'all is there again',
      async () => (await world.item(outletId, 'naan')).available === 5,
      patient,
    );
    expect(await world.status(one.orderId)).toBe('RELEASED');
    const { body } = await world.call('GET', `${outletId}/items/naan/history`);
    const types = (body.items as { type: string }[]).map(({ type }) => type);
    expect(types).toContain('StockFreed');
    expect(types).toContain('StockReturned');
    expect(types).toContain('StockBack');
  });

  it('S1-EVT-06 X-07 what its kitchen had begun is used, though an 86 or a cancellation was faster at orders', async () => {
    const outletId = await world.outlet({ naan: 9 });
    const onHand = (units: number) =>
      until(
        `${units} are on hand`,
        async () => (await world.item(outletId, 'naan')).on_hand === units,
        patient,
      );
    const [missing, unwanted, unheard] = [1, 2, 3].map((units) => order(outletId, { naan: units }));
    if (!missing || !unwanted || !unheard) throw new Error('three orders');
    await world.hear([missing.placed, missing.paid]);
    await onHand(8);
    await world.call('POST', `${outletId}/items/naan/86`, { reason: 'None to be seen' });
    await world.reaches(missing.orderId, 'BROKEN');
    expect((await world.item(outletId, 'naan')).on_hand).toBe(9);
    await world.hear([missing.cancelled]);
    await world.reaches(missing.orderId, 'RELEASED');
    await world.hear([missing.started]);
    await onHand(8);
    expect((await world.call('DELETE', `${outletId}/items/naan/86`)).body.available).toBe(8);

    await world.hear([unwanted.placed, unwanted.paid]);
    await onHand(6);
    await world.hear([unwanted.cancelled]);
    await onHand(8);
    await world.hear([unwanted.started]);
    await onHand(6);
    expect(await world.status(unwanted.orderId)).toBe('BEGUN');

    // Topics do not wait for each other.
    await world.hear([unheard.started]);
    await world.reaches(unheard.orderId, 'BEGUN');
    await world.hear([unheard.placed, unheard.paid, unheard.cancelled]);
    await onHand(3);
    // What is taken is no longer on hand; that it is used comes after it.
    await until('it is used', async () => (await world.item(outletId, 'naan')).taken === 0, patient);
    expect(await world.item(outletId, 'naan')).toMatchObject({ held: 0, on_shelf: 3, available: 3 });
    await until(
      'the books have it',
      async () => {
        const { body } = await world.call('GET', `${outletId}/items`);
        const { sold, returned } = body.items[0].balance;
        return sold === 1 + 1 + 2 + 2 + 3 && returned === 1 + 2;
      },
      patient,
    );
  });

  it('expires what nobody pays for, and takes it again when the payment comes after all', async () => {
    const outletId = await world.outlet({ naan: 2 });
    const late = order(outletId, { naan: 1 });
    const expiring = anOrder(late.orderId, outletId, { naan: 1 }, Date.now() - 15 * 60_000 + 500);
    await world.hear([expiring.placed]);
    await world.reaches(late.orderId, 'EXPIRED');
    await until('it is free', async () => (await world.item(outletId, 'naan')).held === 0, patient);
    await world.hear([late.paid]);
    await world.reaches(late.orderId, 'COMMITTED');
    expect(await world.item(outletId, 'naan')).toMatchObject({ taken: 1, on_hand: 1 });
  });

  it('does not keep anything for what is not counted', async () => {
    const outletId = await world.outlet({ naan: 2 });
    const uncounted = order(outletId, { saffron: 1 });
    await world.hear([uncounted.placed]);
    await world.reaches(uncounted.orderId, 'HELD');
    expect((await world.call('GET', `reservations/${newId('ord')}`)).status).toBe(404);
  });
});

describe('what people say of a shelf', () => {
  it('86 by hand breaks what the kitchen has not begun, and nobody gets any until it is back', async () => {
    const outletId = await world.outlet({ naan: 9 });
    const [begun, paid, held] = [1, 2, 3].map((units) => order(outletId, { naan: units }));
    if (!begun || !paid || !held) throw new Error('three orders');
    await world.hear([begun.placed, begun.paid, begun.preparing, paid.placed, paid.paid, held.placed]);
    await world.reaches(begun.orderId, 'BEGUN');
    await until(
      'all is settled',
      async () => {
        const { held: h, taken: t } = await world.item(outletId, 'naan');
        return h === 3 && t === 2;
      },
      patient,
    );
    const out = await world.call('POST', `${outletId}/items/naan/86`, { reason: 'Oven is broken' });
    expect(out.body).toMatchObject({ out: true, by_hand: true, available: 0, held: 0, taken: 0, on_hand: 8 });
    await world.reaches(paid.orderId, 'BROKEN');
    await world.reaches(held.orderId, 'BROKEN');
    expect(await world.status(begun.orderId)).toBe('BEGUN');
    const another = order(outletId, { naan: 1 });
    await world.hear([another.placed]);
    await world.reaches(another.orderId, 'REFUSED');
    const back = await world.call('DELETE', `${outletId}/items/naan/86`);
    expect(back.body).toMatchObject({ out: false, available: 8 });
  });

  it('S4-EVT-01 lists what is low, and what customers may have', async () => {
    const outletId = await world.outlet({ naan: 9, rice: 9 });
    await world.call('PUT', `${outletId}/items/naan/threshold`, { threshold: 5 });
    await world.call('POST', `${outletId}/items/naan/waste`, { quantity: 6, reason: 'Dropped' });
    await world.call('POST', `${outletId}/items/rice/restock`, { quantity: 6, reference: 'DN 7' });
    await world.call('POST', `${outletId}/items/rice/count`, { counted: 14, reason: 'One was missing' });
    const list = () => world.call('GET', `${outletId}/items?low=true`);
    await until('it is low', async () => (await list()).body.items.length === 1, patient);
    expect((await list()).body.items[0]).toMatchObject({ stock_item_id: 'naan', available: 3, low: true });
    const customer = { roles: ['customer'] };
    const available = await until(
      'rice is counted',
      async () => {
        const { body } = await world.call('GET', `${outletId}/availability`, undefined, customer);
        return body.items[1]?.available === 14 && body.items;
      },
      patient,
    );
    expect(available[0]).toEqual({ stock_item_id: 'naan', available: 3, out: false });
    const { body } = await world.call('GET', `${outletId}/items`);
    expect(body.items[1].balance).toEqual({ corrected: 8, restocked: 6, wasted: 0, sold: 0, returned: 0 });
  });

  it('X-03 is for the people of the vendor', async () => {
    const outletId = await world.outlet({ naan: 9 });
    const restock = (roles: string[], claims = {}) =>
      world.call('POST', `${outletId}/items/naan/restock`, { quantity: 1 }, { roles, claims });
    expect((await restock(['staff'], { vendor_id: 'vnd_1' })).status).toBe(200);
    expect((await restock(['merchant'], { vendor_id: 'vnd_2' })).status).toBe(403);
    expect((await restock(['merchant'])).status).toBe(403);
    expect((await restock(['customer'])).status).toBe(403);
    expect((await restock(['operations'], { metro: 'nyc' })).status).toBe(403);
    expect((await world.call('POST', 'sto_none/items', { id: 'x', counted: 1 })).status).toBe(404);
    expect(
      (await world.call('POST', `${outletId}/items/naan/waste`, { quantity: 99, reason: 'x' })).body,
    ).toMatchObject({
      status: 409,
      code: 'more-than-there',
    });
  });
});

it('P7 the read models equal the folds of their topics', async () => {
  const { kafka, registry, pool, log } = world.deps;
  expect(await verify(outlets, { kafka, registry, pool, log })).toMatchObject({ equal: true });
  expect(await verify(stockList, { kafka, registry, pool, log })).toMatchObject({ equal: true });
});
