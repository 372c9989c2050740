import { afterAll, beforeAll, expect, it } from 'vitest';
import { customer, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-saga', {
    ...{ STOCK_PATIENCE_MS: '60000', PAY_WITHIN_MS: '120000', PAY_GRACE_MS: '1', INTENT_WAIT_MS: '10000' },
  });
}, 120_000);
afterAll(() => world.close(), 60_000);

const burrito = { truck_id: 'trk_xyz789', items: [{ menu_item_id: 'itm_burrito', quantity: 1 }] };
const soup = { store_id: 'sto_slow', items: [{ menu_item_id: 'itm_soup', quantity: 1 }] };

/** Places an order of counted stock and says its id while the customer still waits. */
async function placing(customerId: string) {
  const answer = world.call('POST', '/api/v1/orders', burrito, customer(customerId));
  let id = '';
  await world.until('it is placed', async () => {
    const { rows } = await world.orders.deps.pool.query(
      `select id from dabba.streams where type = 'order' and state ->> 'customerId' = $1`,
      [customerId],
    );
    id = rows[0]?.id ?? '';
    return id !== '';
  });
  return { id, answer };
}
const about = (orderId: string) => ({ orderId, outletId: 'trk_xyz789' });
const typesOf = async (id: string) => (await world.orders.deps.store.history(id)).map(({ type }) => type);

it('S4-API-02 is paid for once its stock is held, and the facts told again change nothing', async () => {
  const { id, answer } = await placing('cus_held');
  // Its payment is made ready meanwhile, and nobody is told what to confirm it by.
  const shown = () => world.call('GET', `/api/v1/orders/${id}`, undefined, customer('cus_held'));
  await world.until(
    'its payment is known',
    async () => (await shown()).body.payment?.status === 'REQUIRES_CONFIRMATION',
  );
  expect((await shown()).body.payment.client_secret).toBeUndefined();
  const made = { ...about(id), parts: [], expiresAt: Date.now() + 60_000, madeAt: Date.now() };
  await world.topics.say('ReservationMade', `res:${id}`, made);
  expect((await answer).body).toMatchObject({
    status: 'PENDING',
    payment: { status: 'REQUIRES_CONFIRMATION', client_secret: 'pi_xxx_secret_yyy' },
  });
  await world.topics.say('ReservationMade', `res:${id}`, made);
  await world.pay(id, 977);
  await world.pay(id, 977);
  await world.until('it is confirmed', async () => (await world.statusOf(id)) === 'CONFIRMED');
  await world.topics.say('ReservationBroken', `res:${id}`, {
    ...about(id),
    stockItemId: 's',
    missing: 1,
    brokenAt: Date.now(),
  });
  await world.until('it is cancelled', async () => (await world.statusOf(id)) === 'CANCELLED');
  expect(await typesOf(id)).toEqual([
    'OrderPlaced',
    'OrderPaymentRequested',
    'OrderPaid',
    'OrderConfirmed',
    'OrderCancelled',
  ]);
  const { body } = await world.call('GET', `/api/v1/orders/${id}`, undefined, customer('cus_held'));
  expect(body.cancelled).toMatchObject({ reason: 'SOLD_OUT_AFTER_PAYMENT', was: 'CONFIRMED' });
});

it('S4-CCH-02 who waits for what is sold out is told so, at once and again', async () => {
  const { id, answer } = await placing('cus_none');
  await world.topics.say('ReservationRefused', `res:${id}`, {
    ...about(id),
    parts: [],
    short: [],
    refusedAt: Date.now(),
  });
  expect(await answer).toMatchObject({ status: 409, body: { code: 'out-of-stock', order_id: id } });
  expect(await typesOf(id)).toEqual(['OrderPlaced', 'OrderCancelled']);
});

it('S4-SVC-14 goes on without inventory, is given up when nobody pays, and money that comes after that changes nothing', async () => {
  const { id, answer } = await placing('cus_slow');
  world.clock.ahead += 61_000;
  const { pool } = world.orders.deps;
  /** Timers wait by the database's clock. */
  const ring = () =>
    pool.query(`update graphile_worker._private_jobs set run_at = now() where key = $1`, [
      `order-timer:${id}`,
    ]);
  await ring();
  await world.until('its payment is asked for', async () =>
    (await typesOf(id)).includes('OrderPaymentRequested'),
  );
  expect((await answer).body.payment.status).toBe('REQUIRES_CONFIRMATION');
  world.clock.ahead += 121_000;
  await ring();
  await world.until('it is given up', async () => (await world.statusOf(id)) === 'CANCELLED');
  await world.pay(id, 977);
  const { id: next, answer: other } = await placing('cus_after');
  await world.topics.say('ReservationRefused', `res:${next}`, {
    ...about(next),
    parts: [],
    short: [],
    refusedAt: Date.now(),
  });
  await other;
  expect(await typesOf(id)).toEqual(['OrderPlaced', 'OrderPaymentRequested', 'OrderCancelled']);
});

it('X-01 is given up when its vendor does not accept it, and its payment is given back by that', async () => {
  const { body } = await world.call('POST', '/api/v1/orders', soup, customer('cus_soup'));
  await world.pay(body.id, 326);
  await world.until('it is paid', async () => (await world.statusOf(body.id)) === 'PAID');
  const { pool } = world.orders.deps;
  await pool.query(`update graphile_worker._private_jobs set run_at = now() where key = $1`, [
    `order-timer:${body.id}`,
  ]);
  await world.until('it is given up', async () => (await world.statusOf(body.id)) === 'CANCELLED');
  const { body: shown } = await world.call(
    'GET',
    `/api/v1/orders/${body.id}`,
    undefined,
    customer('cus_soup'),
  );
  expect(shown.cancelled).toMatchObject({ reason: 'TIMED_OUT', was: 'PAID' });
});
