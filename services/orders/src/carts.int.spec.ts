import { afterAll, beforeAll, expect, it } from 'vitest';
import { customer, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-carts');
}, 120_000);
afterAll(() => world.close(), 60_000);

const add = (menu_item_id: string, who: string, change: object = {}) =>
  world.call(
    'POST',
    '/api/v1/cart/items',
    { truck_id: 'trk_xyz789', menu_item_id, quantity: 2, ...change },
    customer(who),
  );
const drink = { menu_item_id: 'itm_drink001', quantity: 1 };
const shown = async (who: string) => (await world.call('GET', '/api/v1/cart', undefined, customer(who))).body;

it('S2-ORD-10 a cart is of one vendor, at today’s prices, and loses what is taken out', async () => {
  expect(await shown('cus_1')).toMatchObject({ id: null, items: [], subtotal: 0 });
  const first = await add('itm_drink001', 'cus_1');
  expect(first).toMatchObject({
    status: 200,
    body: { vendor_id: 'vnd_abc123', subtotal: 6, items: [{ total: 6 }] },
  });
  const customizations = { protein: 'pollo' };
  const second = await add('itm_taco001', 'cus_1', { customizations, truck_id: undefined });
  expect(second.body).toMatchObject({ id: first.body.id, subtotal: 15, items: [{}, { customizations }] });
  expect((await add('itm_taco001', 'cus_1', { customizations: { protein: 'tofu' } })).status).toBe(422);
  const soup = { truck_id: undefined, store_id: 'sto_slow' };
  expect((await add('itm_soup', 'cus_1', soup)).body.code).toBe('cart-of-another');
  const [{ id }] = second.body.items;
  expect(
    (await world.call('DELETE', `/api/v1/cart/items?id=${id}`, undefined, customer('cus_1'))).body.subtotal,
  ).toBe(9);
  expect((await world.call('DELETE', '/api/v1/cart/items', undefined, customer('cus_1'))).body.id).toBeNull();
});

it('S2-ORD-12 a cart becomes one order, in either way, and a retry of it is the same order', async () => {
  const { body: cart } = await add('itm_drink001', 'cus_2');
  const order = { cart_id: cart.id, payment_method: 'pm_card', tip_percentage: 10 };
  const first = await world.call('POST', '/api/v1/orders', order, customer('cus_2', 'cart'));
  expect(first).toMatchObject({
    status: 201,
    body: { subtotal: 6, tip: 0.6, items: [{ name: 'Horchata', quantity: 2 }] },
  });
  expect((await shown('cus_2')).id).toBeNull();
  expect(await world.call('POST', '/api/v1/orders', order, customer('cus_2', 'cart'))).toEqual(first);
  expect((await world.call('POST', '/api/v1/orders', order, customer('cus_2'))).status).toBe(404);
  await add('itm_drink001', 'cus_2');
  const checkout = await world.call('POST', '/api/v1/cart/checkout', {}, customer('cus_2', 'checkout'));
  expect(checkout.body).toMatchObject({ subtotal: 6, status: 'PENDING' });
  expect(await world.call('POST', '/api/v1/cart/checkout', {}, customer('cus_2', 'checkout'))).toEqual(
    checkout,
  );
  expect((await world.call('POST', '/api/v1/cart/checkout', {}, customer('cus_2'))).body.code).toBe(
    'cart-empty',
  );
});

it('S2-DAT-08 what is wished of an item goes with it into the order, into no event, and is gone with the cart', async () => {
  const who = customer('cus_5');
  const kept = async () => (await world.orders.deps.pool.query('select from cart_notes')).rows.length;
  await add('itm_taco001', 'cus_5', { customizations: { protein: 'pollo' }, special_requests: 'No salt' });
  const { body: cart } = await add('itm_drink001', 'cus_5', { special_requests: 'No ice' });
  expect(cart.items).toMatchObject([{ special_requests: 'No salt' }, { special_requests: 'No ice' }]);
  const stranger = `/api/v1/cart/items?id=${cart.items[0].id}`;
  await world.call('DELETE', stranger, undefined, customer('cus_6'));
  const { body } = await world.call('POST', '/api/v1/cart/checkout', {}, who);
  const wished = [{ special_requests: 'No salt' }, { special_requests: 'No ice' }];
  expect(body.items).toMatchObject(wished);
  expect((await world.call('GET', `/api/v1/orders/${body.id}`, undefined, who)).body.items).toMatchObject(
    wished,
  );
  const { body: history } = await world.call('GET', `/api/v1/orders/${body.id}/history`, undefined, who);
  expect(JSON.stringify(history)).not.toContain('No ice');
  expect(await kept()).toBe(0);

  await add('itm_drink001', 'cus_5', { special_requests: 'No ice' });
  await world.call('DELETE', '/api/v1/cart/items', undefined, who);
  expect(await kept()).toBe(0);
  const items = [{ ...drink, special_requests: 'Much ice' }];
  const direct = { truck_id: 'trk_xyz789', items };
  const { body: placed } = await world.call('POST', '/api/v1/orders', direct, who);
  expect(placed.items).toMatchObject([{ special_requests: 'Much ice' }]);
});

it('S1-SEC-05 S2-PAY-05 a number of a card that a customer types is refused at every door, and kept nowhere', async () => {
  const special_requests = 'No onions. Take it from 4242 4242 4242 4242, 12/27';
  const refusal = (status: number) => ({
    status,
    body: { errors: expect.arrayContaining([expect.objectContaining({ pointer: '#/special_requests' })]) },
  });
  const { body: cart } = await add('itm_drink001', 'cus_4');
  const form = { cart_id: cart.id, payment_method: 'pm_card' };
  const post = (path: string, body: object) => world.call('POST', path, body, customer('cus_4'));
  expect(await post('/api/v1/orders', { ...form, special_requests })).toMatchObject(refusal(400));
  expect(await post('/api/v1/cart/checkout', { special_requests })).toMatchObject(refusal(400));
  const words = 'No onions, ring 415 555 0100';
  const placed = await post('/api/v1/cart/checkout', { special_requests: words });
  expect(placed).toMatchObject({ status: 201, body: { special_requests: words } });
  const patch = { special_requests };
  expect(
    await world.call('PATCH', `/api/v1/orders/${placed.body.id}`, patch, customer('cus_4')),
  ).toMatchObject(refusal(422));
  const number = '4242 4242 4242 4242';
  const item = { ...drink, special_requests: number };
  const inItem = { status: 400, body: { errors: [{ pointer: '#/items/0/special_requests' }] } };
  expect(await post('/api/v1/orders', { truck_id: 'trk_xyz789', items: [item] })).toMatchObject(inItem);
  expect(await add('itm_drink001', 'cus_4', { special_requests: number })).toMatchObject(refusal(400));
  const { rows } = await world.orders.deps.pool.query(
    'select special_requests from order_notes where customer_id = $1 union all select special_requests from cart_notes',
    ['cus_4'],
  );
  expect(rows).toEqual([{ special_requests: words }]);
});

it('S2-ORD-10 a cart nobody touches is forgotten', async () => {
  const { body } = await add('itm_drink001', 'cus_3', { special_requests: 'No ice' });
  expect(body.expires_at).not.toBeNull();
  world.clock.ahead += 1_800_000;
  expect((await shown('cus_3')).id).toBeNull();
  await world.orders.deps.pool.query(
    `update graphile_worker._private_jobs set run_at = now() where key = $1`,
    [`expire-cart:${body.id}`],
  );
  await world.until('it is closed', async () => {
    const history = await world.orders.deps.store.history('cart:cus_3');
    return history.at(-1)?.type === 'CartClosed';
  });
  await world.until('what was wished is forgotten, too', async () => {
    const { rows } = await world.orders.deps.pool.query('select from cart_notes');
    return rows.length === 0;
  });
});
