import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taco } from './spec/catalog.ts';
import { drink, inMinutes, minute, sample } from './spec/samples.ts';
import { customer, operations, staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders');
}, 120_000);
afterAll(() => world.close(), 60_000);

describe('placing an order', () => {
  it('S2-ORD-01 S2-ORD-02 S2-ORD-06 is answered as in the sample, figure by figure, and read so by its id', async () => {
    const asked = sample();
    const { status, body } = await world.call('POST', '/api/v1/orders', asked);
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^ord_/),
        status: 'PENDING',
        vendor: { id: 'vnd_abc123', name: 'Taco Loco Express' },
        truck: {
          ...{ id: 'trk_xyz789', name: 'Truck 1' },
          location: { latitude: 37.7749, longitude: -122.4194, campus: 'SF HQ' },
        },
        items: [
          {
            ...{
              id: expect.stringMatching(/^oli_/),
              menu_item_id: 'itm_taco001',
              name: 'Street Taco',
              quantity: 2,
            },
            ...{ unit_price: 4.5, total: 9, customizations: asked.items[0]?.customizations },
          },
          {
            ...{ id: expect.stringMatching(/^oli_/), menu_item_id: 'itm_drink001', name: 'Horchata' },
            ...{ quantity: 1, unit_price: 3, total: 3 },
          },
        ],
        ...{
          order_source: 'MOBILE_WEB',
          fulfilment: 'PICKUP',
          currency: 'USD',
          delivery_fee: 0,
          discount: 0,
        },
        ...{ subtotal: 12, tax: 1.02, tip: 2.4, meal_subsidy_applied: 5, total: 10.42 },
        pickup_time: asked.pickup_time,
        estimated_ready: expect.any(String),
        payment: {
          ...{
            id: body.id.replace('ord_', 'pay_'),
            status: 'REQUIRES_CONFIRMATION',
            provider: 'stripe',
            client_secret: 'pi_xxx_secret_yyy',
          },
        },
        created_at: expect.any(String),
      },
    ]);
    expect(Date.parse(body.estimated_ready) - Date.parse(body.created_at)).toBeLessThan(11 * minute);
    const { body: shown } = await world.call('GET', `/api/v1/orders/${body.id}`);
    expect(shown).toEqual(body);
    const stranger = await world.call('GET', `/api/v1/orders/${body.id}`, undefined, customer('cus_2'));
    expect([stranger.status, stranger.body.code]).toEqual([404, 'order-unknown']);
  });

  it('E7 tried twice happens once, though the menu has changed since', async () => {
    const first = await world.call('POST', '/api/v1/orders', drink(), customer('cus_1', 'once'));
    expect(first.status).toBe(201);
    await world.topics.say('MenuItemDefined', 'itm_drink001', {
      ...{ ...taco, itemId: 'itm_drink001', version: 2, name: 'Horchata', price: 350, modifiers: [] },
    });
    await world.until('the new price is known', async () => {
      const { body } = await world.call('POST', '/api/v1/orders', drink());
      const { body: history } = await world.call('GET', `/api/v1/orders/${body.id}/history`);
      const [placed] = history.items;
      const [line] = placed.data.lines;
      expect([line.itemVersion, line.unitPrice]).toEqual(line.itemVersion === 1 ? [1, 300] : [2, 350]);
      return line.itemVersion === 2;
    });
    const again = await world.call('POST', '/api/v1/orders', drink(), customer('cus_1', 'once'));
    expect(again).toEqual(first);
    const other = drink({ tip_percentage: 5 });
    expect((await world.call('POST', '/api/v1/orders', other, customer('cus_1', 'once'))).status).toBe(422);
    await world.topics.say('MenuItemDefined', 'itm_drink001', {
      ...{ ...taco, itemId: 'itm_drink001', version: 3, name: 'Horchata', price: 300, modifiers: [] },
    });
  });

  it('names what is wrong, and writes nothing', async () => {
    const wrong = sample({
      items: [{ menu_item_id: 'itm_taco001', quantity: 1, customizations: { protein: 'tofu' } }],
    });
    const { status, body } = await world.call('POST', '/api/v1/orders', wrong);
    expect([status, body.code, body.errors[0].pointer]).toEqual([
      422,
      'choice-unknown',
      '#/items/0/customizations/protein',
    ]);
    for (const [change, expected] of [
      [{ store_id: 'sto_slow' }, 422],
      [{ truck_id: 'trk_none' }, 422],
      [{ vendor_id: 'vnd_slow' }, 422],
      [{ items: undefined }, 422],
      [{ order_source: 'POS' }, 422],
      [{ tip_percentage: -1 }, 400],
      [{ colour: 'red' }, 400],
    ] as const)
      expect([change, (await world.call('POST', '/api/v1/orders', sample(change))).status]).toEqual([
        change,
        expected,
      ]);
    const unkeyed = await fetch(`${world.orders.url}/api/v1/orders`, { method: 'POST' });
    expect(unkeyed.status).toBe(401);
  });

  it('S4-CCH-02 of two that want the last of a pickup slot exactly one gets it, and it is free again after a cancellation', async () => {
    const pickup_time = inMinutes(600);
    const four = { items: [{ menu_item_id: 'itm_drink001', quantity: 4 }], pickup_time };
    const both = await Promise.all(
      ['cus_1', 'cus_2'].map((id) => world.call('POST', '/api/v1/orders', drink(four), customer(id))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const won = both.find(({ status }) => status === 201);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'slot-full', left: 2 });
    const own = won === both[0] ? customer('cus_1') : customer('cus_2');
    expect(
      (await world.call('POST', `/api/v1/orders/${won?.body.id}/cancel`, undefined, own)).body.status,
    ).toBe('CANCELLED');
    expect((await world.call('POST', `/api/v1/orders/${won?.body.id}/cancel`, undefined, own)).status).toBe(
      409,
    );
    await world.until('the slot is free', async () => {
      const { status } = await world.call('POST', '/api/v1/orders', drink(four), customer('cus_3'));
      return status === 201;
    });
  });

  it('X-09 S4-API-02 a counter orders for a guest at its own store, and its provider confirms', async () => {
    const order = {
      store_id: 'sto_slow',
      order_source: 'POS',
      items: [{ menu_item_id: 'itm_soup', quantity: 1 }],
    };
    const { status, body } = await world.call(
      'POST',
      '/api/v1/orders',
      { ...order, payment_method_id: 'pm_card' },
      staff('vnd_slow'),
    );
    expect([status, body.order_source, body.store.id]).toEqual([201, 'POS', 'sto_slow']);
    const { body: history } = await world.call(
      'GET',
      `/api/v1/orders/${body.id}/history`,
      undefined,
      staff('vnd_slow'),
    );
    expect(history.items[1]).toMatchObject({
      type: 'OrderPaymentRequested',
      data: { confirms: 'SERVER', customer_id: null },
    });
    expect(JSON.stringify(history)).not.toContain('pm_card');
    expect((await world.call('POST', '/api/v1/orders', order, staff('vnd_abc123'))).status).toBe(403);
    expect((await world.call('GET', `/api/v1/orders/${body.id}`)).status).toBe(404);
  });

  it('S4-SVC-14 promise 4: no sale is refused because payments is away; its payment is pending', async () => {
    world.payments.awake = false;
    const guest = crypto.randomUUID();
    try {
      const { pool } = world.orders.deps;
      const before = Date.now();
      const answer = world.call('POST', '/api/v1/orders', drink(), customer(guest));
      await world.until('it is placed', async () => {
        const { rows } = await pool.query(
          `select from dabba.streams where type = 'order' and state ->> 'customerId' = $1`,
          [guest],
        );
        return rows.length === 1;
      });
      expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(3);
      const { status, body } = await answer;
      expect([status, body.payment.status, body.payment.client_secret]).toEqual([201, 'PENDING', undefined]);
      expect(Date.now() - before).toBeGreaterThan(15_000);
    } finally {
      world.payments.awake = true;
    }
  }, 60_000);
});

describe('an order', () => {
  it('S2-ORD-07 is changed while it is pending, in what may be changed', async () => {
    const { body } = await world.call('POST', '/api/v1/orders', drink({ pickup_time: inMinutes(60) }));
    const at = `/api/v1/orders/${body.id}`;
    const pickup_time = inMinutes(120);
    const changed = await world.call('PATCH', at, { pickup_time, special_requests: 'no ice' });
    expect(changed).toMatchObject({ status: 200, body: { pickup_time, special_requests: 'no ice' } });
    expect(await world.call('PATCH', at, { total: 0 })).toMatchObject({
      ...{ status: 422, body: { code: 'field-fixed', errors: [{ pointer: '#/total' }] } },
    });
    expect((await world.call('PATCH', at, { tip_percentage: 'much' })).status).toBe(422);
    expect((await world.call('PATCH', at, { pickup_time }, customer('cus_2'))).status).toBe(404);
    const { body: history } = await world.call('GET', `${at}/history`);
    expect(JSON.stringify(history)).not.toContain('no ice');
    const { rows } = await world.orders.deps.pool.query(`select count(*)::int as taken from dabba.streams
      where type = 'slot' and state -> 'taken' ? '${body.id}'`);
    expect(rows).toEqual([{ taken: 1 }]);
  });

  it('S2-VEN-05 is accepted and turned by its vendor, who sees it in the queue', async () => {
    const order = { store_id: 'sto_slow', items: [{ menu_item_id: 'itm_soup', quantity: 1 }] };
    const { body } = await world.call('POST', '/api/v1/orders', order);
    await world.pay(body.id, 326);
    await world.until('it is paid', async () => (await world.statusOf(body.id)) === 'PAID');
    const turn = (status: string, who = staff('vnd_slow')) =>
      world.call('POST', `/api/v1/vendors/vnd_slow/orders/${body.id}/status`, { status }, who);
    expect((await turn('CONFIRMED', staff('vnd_abc123'))).status).toBe(403);
    expect((await turn('READY')).body.code).toBe('order-state');
    await world.until('it is in the queue', async () => {
      const { body: queue } = await world.call(
        'GET',
        '/api/v1/vendors/vnd_slow/orders',
        undefined,
        staff('vnd_slow'),
      );
      return queue.items.some(
        ({ id, status }: { id: string; status: string }) => id === body.id && status === 'PAID',
      );
    });
    expect((await turn('CONFIRMED')).body.status).toBe('CONFIRMED');
    expect((await turn('CANCELLED')).body).toMatchObject({
      status: 'CANCELLED',
      cancelled: { reason: 'VENDOR', was: 'CONFIRMED' },
    });
  });

  it('S2-ORD-05 is in its customer’s own list, page by page', async () => {
    for (let n = 0; n < 3; n++) await world.call('POST', '/api/v1/orders', drink(), customer('cus_lister'));
    await world.until('all are listed', async () => {
      const { body } = await world.call('GET', '/api/v1/orders', undefined, customer('cus_lister'));
      return body.items.length === 3;
    });
    const first = await world.call('GET', '/api/v1/orders?limit=2', undefined, customer('cus_lister'));
    const rest = await world.call(
      'GET',
      `/api/v1/orders?limit=2&cursor=${first.body.next_cursor}`,
      undefined,
      customer('cus_lister'),
    );
    expect([first.body.items.length, rest.body.items.length, rest.body.next_cursor]).toEqual([2, 1, null]);
    const all = await world.call('GET', '/api/v1/orders?customer_id=cus_lister', undefined, operations);
    expect(all.body.items).toHaveLength(3);
    const elsewhere = { roles: ['operations'], claims: { metro: 'nyc' } };
    expect(
      (await world.call('GET', `/api/v1/orders/${all.body.items[0].id}`, undefined, elsewhere)).status,
    ).toBe(404);
  });
});
