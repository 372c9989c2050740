import type { Recorded } from '@dabba/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Order, type OrderEvent, orderRef, orderStream } from './order/order.ts';
import { customer, staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-log-first', { INTENT_WAIT_MS: '50' });
}, 120_000);
afterAll(() => world.close(), 60_000);

const soup = { store_id: 'sto_slow', items: [{ menu_item_id: 'itm_soup', quantity: 1 }] };

it('S2-ORD-14 is what its events say, and they say what happened, when, and who did it', async () => {
  const { body } = await world.call('POST', '/api/v1/orders', soup, customer('cus_14'));
  await world.pay(body.id, 326);
  await world.until('it is paid', async () => (await world.statusOf(body.id)) === 'PAID');
  const path = `/api/v1/vendors/vnd_slow/orders/${body.id}/status`;
  await world.call('POST', path, { status: 'CONFIRMED' }, staff('vnd_slow'));
  await world.call('POST', `/api/v1/orders/${body.id}/cancel`, undefined, customer('cus_14'));
  const at = `/api/v1/orders/${body.id}/history`;
  const { body: history } = await world.call('GET', at, undefined, customer('cus_14'));
  const said: { version: number; type: string; time: string; actor: string }[] = history.items;
  expect(said.map(({ version, type }) => `${version} ${type}`)).toEqual([
    ...['1 OrderPlaced', '2 OrderPaymentRequested', '3 OrderPaid', '4 OrderConfirmed', '5 OrderCancelled'],
  ]);
  const times = said.map(({ time }) => Date.parse(time));
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  const [placed, , paid, , cancelled] = said.map(({ actor }) => actor);
  expect(placed).toBe(cancelled);
  expect(new Set([placed, paid]).size).toBe(2);
  const { store } = world.orders.deps;
  const events = await store.history(body.id);
  const isOrders = (event: (typeof events)[number]): event is Recorded<OrderEvent> =>
    event.meta.streamType === 'order';
  const folded = events.filter(isOrders).reduce<Order>(orderStream.evolve, null);
  expect(folded?.status).toBe('CANCELLED');
  expect((await store.load(orderRef(body.id, ''))).state).toEqual(folded);
  expect((await world.call('GET', at, undefined, customer('cus_2'))).status).toBe(404);
});

it('S1-CCH-01 X-17 is there for whoever asks from its 201 on, before any fold, and a fold that dies on the way loses nothing', async () => {
  const who = customer('cus_cache');
  const { pool } = world.orders.deps;
  const listed = async () =>
    (await world.call('GET', '/api/v1/orders', undefined, who)).body.items.map(
      ({ id }: { id: string }) => id,
    );
  const folding = () =>
    pool.query<{ pid: number }>(
      `select pid from pg_locks where not granted and relation = 'order_list'::regclass`,
    );
  // Nothing comes back of it by the topics.
  world.payments.awake = false;
  const blocker = await pool.connect();
  let id: string;
  try {
    await blocker.query('begin; lock table order_list in share mode');
    const placed = await world.call('POST', '/api/v1/orders', soup, who);
    expect(placed.status).toBe(201);
    ({ id } = placed.body);
    expect((await world.call('GET', `/api/v1/orders/${id}`, undefined, who)).body).toEqual(placed.body);
    const cancelled = await world.call('POST', `/api/v1/orders/${id}/cancel`, undefined, who);
    const seen = await world.call('GET', `/api/v1/orders/${id}`, undefined, who);
    expect([cancelled.status, seen.body.status]).toEqual([200, 'CANCELLED']);
    await world.until('the fold is under way', async () => (await folding()).rows.length > 0);
    expect(await listed()).toEqual([]);
    const { rows } = await folding();
    for (const { pid } of rows) await pool.query('select pg_terminate_backend($1)', [pid]);
  } finally {
    await blocker.query('rollback');
    blocker.release();
    world.payments.awake = true;
  }
  await world.until('it is folded', async () => {
    const { body } = await world.call('GET', '/api/v1/orders', undefined, who);
    return body.items.length === 1 && body.items[0].id === id && body.items[0].status === 'CANCELLED';
  });
});
