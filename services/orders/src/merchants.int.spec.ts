import { verify } from '@dabba/projections';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderList } from './read-models/order-list.ts';
import { slotLoad } from './read-models/slot-load.ts';
import { type Caller, customer, operations, staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-merchants');
}, 120_000);
afterAll(() => world.close(), 60_000);

const merchant: Caller = { roles: ['merchant'], claims: { vendor_id: 'vnd_abc123' } };
const horchata = { truck_id: 'trk_xyz789', items: [{ menu_item_id: 'itm_drink001', quantity: 1 }] };
const place = (body: object, who: Caller) =>
  world.call('POST', '/api/v1/orders', { ...horchata, ...body }, who);

it('S4-SCP-03 whoever runs a vendor takes something off at the counter, and says why', async () => {
  const discount = { discount: 0.75, discount_reason: 'STAFF_MEAL' };
  const { status, body } = await place(discount, merchant);
  // The payments of this test have the company pay for everything.
  expect([status, body]).toMatchObject([
    201,
    {
      ...discount,
      subtotal: 3,
      tax: 0.19,
      meal_subsidy_applied: 2.44,
      items: [{ total: 3, discount: 0.75 }],
    },
  ]);
  const shown = await world.call('GET', `/api/v1/orders/${body.id}`, undefined, merchant);
  expect(shown.body).toMatchObject(discount);
  await world.pay(body.id, 244);
  await world.until('it is paid', async () => (await world.statusOf(body.id)) === 'CONFIRMED');
  const receipt = await world.call('GET', `/api/v1/orders/${body.id}/receipt`, undefined, merchant);
  expect(receipt.body).toMatchObject({
    ...{ ...discount, items: [{ total: 3, discount: 0.75 }] },
    ...{ subtotal: 3, taxable: 2.25, tax: 0.19, total: 2.44 },
  });
  const plain = await place({}, merchant);
  expect([plain.body.discount, plain.body.discount_reason]).toEqual([0, undefined]);

  for (const who of [staff('vnd_abc123'), customer('cus_9')])
    expect([who.roles, (await place(discount, who)).body.code]).toEqual([who.roles, 'discount-not-yours']);
  const other = { roles: ['merchant'], claims: { vendor_id: 'vnd_slow' } };
  expect((await place(discount, other)).status).toBe(403);
  for (const [wrong, expected] of [
    [{ discount: 0.75 }, 422],
    [{ discount_reason: 'STAFF_MEAL' }, 422],
    [{ ...discount, discount: 3.01 }, 422],
    [{ ...discount, discount: 0.005 }, 400],
    [{ ...discount, discount_reason: 'for my friend' }, 400],
  ] as const)
    expect([wrong, (await place(wrong, merchant)).status]).toEqual([wrong, expected]);
});

it('S2-ORD-13 S2-SEC-01 gives back of an order once a key, as whoever runs its vendor where it is sold', async () => {
  const { body } = await place({}, customer('cus_own'));
  await world.pay(body.id, 326);
  await world.until('it is confirmed', async () => (await world.statusOf(body.id)) === 'CONFIRMED');
  const path = `/api/v1/orders/${body.id}/refunds`;
  const refund = (who: Caller, amount = 0.5) =>
    world.call('POST', path, { amount, reason: 'COLD_FOOD' }, who);
  const buyer = { customer_id: 'cus_own' };
  // Who runs another vendor has bought here: the order is theirs to see, and not to give back.
  const rival = { roles: ['customer', 'merchant'], claims: { ...buyer, vendor_id: 'vnd_slow' } };
  expect(await refund(rival)).toMatchObject({ status: 403, body: { code: 'other-vendor' } });
  const elsewhere = { roles: ['operations'], claims: { metro: 'nyc' } };
  expect(await refund(elsewhere)).toMatchObject({ status: 404, body: { code: 'order-unknown' } });
  for (const roles of [['customer'], ['staff']])
    expect([
      roles,
      await refund({ ...merchant, roles, claims: { ...buyer, ...merchant.claims } }),
    ]).toMatchObject([roles, { status: 403 }]);
  const keyless = { ...merchant, key: null };
  expect(await refund(keyless)).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } });

  const once = { ...merchant, key: 'once' };
  const answers = await Promise.all([refund(once), refund(once), refund(once)]);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  expect((await refund(once, 0.6)).status).toBe(422);
  expect((await refund(operations)).status).toBe(202);
  const { body: order } = await world.call('GET', `/api/v1/orders/${body.id}`, undefined, merchant);
  expect(order.refunds).toHaveLength(2);
});

it('S2-ORD-05 S2-VEN-05 lists show what has gone back and what is on its way, as the order does', async () => {
  const mine = customer('cus_back');
  const { body } = await place({}, mine);
  const [at, paymentId] = [`/api/v1/orders/${body.id}`, body.id.replace('ord_', 'pay_')];
  await world.pay(body.id, 226, 100);
  await world.until('it is confirmed', async () => (await world.statusOf(body.id)) === 'CONFIRMED');
  const refund = async (amount: number) =>
    (await world.call('POST', `${at}/refunds`, { amount, reason: 'COLD_FOOD' }, merchant)).body;
  const [done, asked] = [await refund(1), await refund(2)];
  const about = { paymentId, orderId: body.id, currency: 'USD' };
  await world.topics.say('RefundSucceeded', paymentId, {
    ...{ ...about, refundId: done.id, amount: 80, subsidy: 20, providerRef: 're_1', succeededAt: Date.now() },
  });
  const own: [string, Caller] = ['/api/v1/orders', mine];
  const lists: [string, Caller][] = [
    own,
    ['/api/v1/orders?customer_id=cus_back', operations],
    ['/api/v1/vendors/vnd_abc123/orders', merchant],
  ];
  const listed = async (path: string, who: Caller) => {
    const { body: page } = await world.call('GET', path, undefined, who);
    return page.items.find(({ id }: { id: string }) => id === body.id);
  };
  const first = async () => (await listed(...own)).refunds?.[0]?.status;
  await world.until('one has gone back', async () => (await first()) === 'SUCCEEDED');
  const { body: order } = await world.call('GET', at, undefined, mine);
  expect(order.refunds).toMatchObject([
    { id: done.id, amount: 1, to_customer: 0.8, to_company: 0.2 },
    { id: asked.id, status: 'REQUESTED', amount: 2 },
  ]);
  for (const list of lists)
    expect(await listed(...list)).toMatchObject({ refunded: 3, refunds: order.refunds });

  const code = 'charge-disputed';
  await world.topics.say('RefundRefused', paymentId, {
    ...{ ...about, refundId: asked.id, amount: 200, code, refusedAt: Date.now() },
  });
  await world.until('the other has not', async () => (await listed(...own)).refunded === 1);
  expect((await listed(...own)).refunds[1]).toMatchObject({ status: 'FAILED', amount: 0 });
});

it('S2-VEN-05 S2-DAT-08 who makes an order reads in the queue what is wished of it, its customer may take that back', async () => {
  const who = customer('cus_wish');
  const wished = {
    special_requests: 'For a child',
    items: [{ ...horchata.items[0], special_requests: 'No ice' }],
  };
  const { body } = await place(wished, who);
  const { body: plain } = await place({}, who);
  const change = { special_requests: 'In a bag' };
  const patched = await world.call('PATCH', `/api/v1/orders/${body.id}`, change, who);
  expect(patched.body).toMatchObject({ ...change, items: [{ special_requests: 'No ice' }] });
  const queued = async (status: string) => {
    const path = `/api/v1/vendors/vnd_abc123/orders?status=${status}`;
    const { body: page } = await world.call('GET', path, undefined, staff('vnd_abc123'));
    return page.items.find(({ id }: { id: string }) => id === body.id);
  };
  await world.until('it is listed', async () => (await queued('PENDING')) !== undefined);
  expect(await queued('PENDING')).toMatchObject({
    ...change,
    item_requests: { [body.items[0].id]: 'No ice' },
  });
  const wishes = async (caller: Caller = { roles: ['service'] }) =>
    world.call('GET', `/api/v1/orders/wishes?order_ids=ord_none,${body.id},${plain.id}`, undefined, caller);
  const asked = { ...change, item_requests: { [body.items[0].id]: 'No ice' } };
  expect((await wishes()).body).toEqual({ items: [{ order_id: body.id, ...asked }] });
  for (const other of [who, merchant, operations]) expect((await wishes(other)).status).toBe(403);
  const none = await world.call('PATCH', `/api/v1/orders/${body.id}`, { special_requests: null }, who);
  expect(none.body.special_requests).toBeNull();
  expect((await queued('PENDING')).special_requests).toBeUndefined();
});

it('S2-ORD-01 S1-SVC-01 a customer sees which pickup times are left, less of one that is taken, and all of it once that is deleted', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const slots = async (who: Caller = customer('cus_1')) =>
    world.call('GET', `/api/v1/orders/slots?outlet_id=trk_xyz789&date=${tomorrow}`, undefined, who);
  const { body: before } = await slots();
  expect([before.slot_minutes, before.items[40].left]).toEqual([15, 6]);
  const { begins: pickup_time } = before.items[40];
  const items = [{ menu_item_id: 'itm_drink001', quantity: 4 }];
  const { body: order } = await place({ items, pickup_time }, customer('cus_1'));
  const left = async () => (await slots()).body.items[40].left;
  await world.until('it is seen', async () => (await left()) === 2);
  // S1-SVC-01: deleting is cancelling.
  const gone = await world.call('DELETE', `/api/v1/orders/${order.id}`);
  expect(gone).toMatchObject({
    status: 200,
    body: { status: 'CANCELLED', cancelled: { reason: 'CUSTOMER' } },
  });
  expect((await world.call('DELETE', `/api/v1/orders/${order.id}`)).status).toBe(409);
  await world.until('it is free again', async () => (await left()) === 6);
  expect((await slots({ ...customer(), claims: { customer_id: 'cus_1', metro: 'nyc' } })).status).toBe(404);
});

it('P7 S2-ORD-05 the lists equal the fold of the topic', async () => {
  const { kafka, registry, pool, log } = world.orders.deps;
  const deps = { kafka, registry, pool, log };
  for (const report of [await verify(orderList, deps), await verify(slotLoad, deps)]) {
    expect(report).toMatchObject({ equal: true, differenceCount: 0 });
    expect(report.rows).toBeGreaterThan(0);
  }
});
