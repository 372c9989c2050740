import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideOrder } from './order/decide.ts';
import { type Order, orderRef } from './order/order.ts';
import { taco } from './spec/catalog.ts';
import { type Caller, customer, operations, staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders');
}, 120_000);
afterAll(() => world.close(), 60_000);

const minute = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString();
/** S2-ORD-01. */
const sample = (change: object = {}) => ({
  vendor_id: 'vnd_abc123',
  truck_id: 'trk_xyz789',
  items: [
    {
      ...{ menu_item_id: 'itm_taco001', quantity: 2 },
      customizations: { protein: 'carnitas', salsa: 'verde', extras: ['guacamole', 'sour_cream'] },
    },
    { menu_item_id: 'itm_drink001', quantity: 1, customizations: {} },
  ],
  ...{
    pickup_time: inMinutes(15),
    tip_percentage: 20,
    use_meal_subsidy: true,
    payment_method_id: 'pm_stripe123',
  },
  ...change,
});
const drink = (change: object = {}) => ({
  ...{ truck_id: 'trk_xyz789', items: [{ menu_item_id: 'itm_drink001', quantity: 1 }] },
  ...change,
});

describe('placing an order', () => {
  it('S2-ORD-01 S2-ORD-02 is answered as in the sample, figure by figure', async () => {
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
            client_secret: 'pi_xxx_secret_yyy',
          },
        },
        created_at: expect.any(String),
      },
    ]);
    expect(Date.parse(body.estimated_ready) - Date.parse(body.created_at)).toBeLessThan(11 * minute);
    const { body: shown } = await world.call('GET', `/api/v1/orders/${body.id}`);
    expect(shown).toEqual(body);
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
    try {
      const { pool } = world.orders.deps;
      const before = Date.now();
      const answer = world.call('POST', '/api/v1/orders', drink(), customer('cus_9'));
      await world.until('it is placed', async () => {
        const { rows } = await pool.query(
          `select from dabba.streams where type = 'order' and state ->> 'customerId' = 'cus_9'`,
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
    expect((await world.call('PATCH', at, { tip_percentage: 30 })).body.code).toBe('amount-fixed');
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

  it('X-01 goes from its payment to its completion by what others say, and has its receipt', async () => {
    const { body } = await world.call('POST', '/api/v1/orders', sample({ pickup_time: undefined }));
    const at = `/api/v1/orders/${body.id}`;
    const orderId: string = body.id;
    expect((await world.call('GET', `${at}/receipt`)).status).toBe(409);
    await world.pay(orderId, 1042, 500);
    await world.until('it is confirmed', async () => (await world.statusOf(orderId)) === 'CONFIRMED');
    const ticket = { ticketId: orderId.replace('ord_', 'tkt_'), orderId };
    const told = { ...ticket, outletId: 'trk_xyz789' };
    const estimatedReady = Date.now() + 20 * minute;
    await world.topics.say('TicketEstimated', ticket.ticketId, {
      ...ticket,
      estimatedReady,
      estimatedAt: Date.now(),
    });
    await world.topics.say('TicketStarted', ticket.ticketId, { ...told, startedAt: Date.now() });
    await world.until('it is being prepared', async () => (await world.statusOf(orderId)) === 'PREPARING');
    const { body: shown } = await world.call('GET', at);
    expect(shown).toMatchObject({
      estimated_ready: new Date(estimatedReady).toISOString(),
      total: 10.42,
      payment: { status: 'SUCCEEDED' },
    });
    await world.topics.say('TicketReady', ticket.ticketId, { ...told, readyAt: Date.now() });
    await world.topics.say('TicketHandedOver', ticket.ticketId, {
      ...told,
      handedOverAt: Date.now() - 10 * minute,
    });
    await world.until('it is picked up', async () => (await world.statusOf(orderId)) === 'PICKED_UP');
    await world.call(
      'POST',
      `/api/v1/vendors/vnd_abc123/orders/${orderId}/status`,
      { status: 'COMPLETED' },
      staff('vnd_abc123'),
    );
    const { body: history } = await world.call('GET', `${at}/history`);
    expect(history.items.map(({ type }: { type: string }) => type)).toEqual([
      ...['OrderPlaced', 'OrderPaymentRequested', 'OrderPaid', 'OrderConfirmed', 'OrderEstimated'],
      ...['OrderPreparing', 'OrderReady', 'OrderPickedUp', 'OrderCompleted'],
    ]);
    expect((await world.call('GET', `${at}/receipt`)).body).toMatchObject({
      ...{ total: 15.42, tax: 1.02, tax_rate_percent: 8.5, paid: { by_subsidy: 5, by_customer: 10.42 } },
      registration: { status: 'PENDING', receipt_id: null },
    });
    expect((await world.call('POST', `${at}/cancel`)).body.code).toBe('order-state');
    await receiptOf(orderId, at);
    await revenueOf(orderId);
    await refundReceiptOf(at);
  });

  /** receipts has made one of it, and so has somebody else, whose document bears the same number. */
  async function receiptOf(orderId: string, at: string) {
    const judged = { version: 1, authorities: ['tax-office'], issuedAt: null, seller: null, total: 1542 };
    for (const [receiptId, clientId] of [
      ['rec_theirs', 'till_sfo'],
      ['rec_ours', 'dabba_sfo'],
    ] as const) {
      const about = { receiptId, type: 'dabba-order-sale' };
      const came = { clientId, format: 'JSON', hash: '', size: 1, receivedAt: Date.now() } as const;
      await world.topics.say('ReceiptReceived', receiptId, { ...about, ...came });
      await world.topics.say('ReceiptValidated', receiptId, {
        ...{ ...about, ...judged, number: orderId, currency: 'USD', checks: [], validatedAt: Date.now() },
      });
    }
    const registration = async () => {
      const { status, body } = await world.call('GET', `${at}/receipt`);
      expect(status).toBe(200);
      return body.registration;
    };
    await world.until('its receipt is known', async () => (await registration()).receipt_id === 'rec_ours');
    expect(await registration()).toEqual({
      receipt_id: 'rec_ours',
      status: 'ACCEPTED',
      registrations: [{ service: 'tax-office', status: 'REGISTERED', external_ref: 'fn-1' }],
    });
    world.payments.receipts = false;
    expect(await registration()).toEqual({ receipt_id: 'rec_ours', status: 'UNKNOWN', registrations: [] });
    world.payments.receipts = true;
  }

  /** what went back after the completion has a receipt of its own, beside that of the sale. */
  async function refundReceiptOf(at: string) {
    const judged = { version: 1, authorities: ['tax-office'], issuedAt: null, seller: null, total: -300 };
    const about = { receiptId: 'rec_refund', type: 'dabba-order-refund' };
    const receipt = async () => (await world.call('GET', `${at}/receipt`)).body;
    expect((await receipt()).refunds).toMatchObject([
      { id: 'ref_1', total: 3, to_customer: 3, to_company: 0, tax: 0.2, registration: { status: 'PENDING' } },
    ]);
    await world.topics.say('ReceiptReceived', 'rec_refund', {
      ...{ ...about, clientId: 'dabba_sfo', format: 'JSON', hash: '', size: 1, receivedAt: Date.now() },
    });
    await world.topics.say('ReceiptValidated', 'rec_refund', {
      ...{ ...about, ...judged, number: 'ref_1', currency: 'USD', checks: [], validatedAt: Date.now() },
    });
    await world.until('its receipt is known', async () => {
      const { refunds } = await receipt();
      return refunds[0].registration.receipt_id === 'rec_refund';
    });
    const { registration, refunds } = await receipt();
    expect([registration.receipt_id, refunds[0].registration.status]).toEqual(['rec_ours', 'ACCEPTED']);
  }

  /** S2-VEN-05: the order, of which 3.00 went back, by the day of its metro; not for the people at the counter. */
  async function revenueOf(orderId: string) {
    const refund = { refundId: 'ref_1', amount: 300, subsidy: 0, providerRef: 're_1', currency: 'USD' };
    const paymentId = orderId.replace('ord_', 'pay_');
    await world.topics.say('RefundSucceeded', paymentId, {
      ...{ ...refund, paymentId, orderId, succeededAt: Date.now() },
    });
    const today = new Date().toLocaleDateString('en-CA', { timeZone: 'America/Los_Angeles' });
    const path = `/api/v1/vendors/vnd_abc123/revenue?from=${today}&to=${today}`;
    const as = (role: string, vendorId = 'vnd_abc123') =>
      world.call('GET', path, undefined, { roles: [role], claims: { vendor_id: vendorId } });
    await world.until(
      'its refund is known',
      async () => (await as('merchant')).body.totals?.[0]?.refunded === 3,
    );
    const sums = {
      ...{ currency: 'USD', orders: 1, items: 3, subtotal: 12, tax: 1.02, tips: 2.4, delivery_fees: 0 },
      ...{ discounts: 0, total: 15.42, paid_by_companies: 5, refunded: 3, net: 12.42 },
    };
    expect((await as('manager')).body).toEqual({
      ...{ vendor_id: 'vnd_abc123', days: [{ day: today, ...sums }], totals: [sums] },
    });
    expect((await world.call('GET', `/api/v1/orders/${orderId}/receipt`)).body.paid.refunded).toBe(3);
    expect((await as('staff')).status).toBe(403);
    expect((await as('merchant', 'vnd_slow')).status).toBe(403);
    const backwards = `/api/v1/vendors/vnd_abc123/revenue?from=2026-02-01&to=2026-01-01`;
    expect((await world.call('GET', backwards, undefined, operations)).status).toBe(422);
  }

  it('S2-ORD-09 a receipt is none before the sale is completed', async () => {
    const { body } = await world.call('POST', '/api/v1/orders', drink());
    await world.pay(body.id, 326);
    await world.until('it is confirmed', async () => (await world.statusOf(body.id)) === 'CONFIRMED');
    const { body: receipt } = await world.call('GET', `/api/v1/orders/${body.id}/receipt`);
    expect(receipt.registration).toEqual({ receipt_id: null, status: 'NONE', registrations: [] });
  });

  it('S2-ORD-13 is given back in parts by whoever runs its vendor, up to what was paid, and shows it', async () => {
    const { body } = await world.call('POST', '/api/v1/orders', drink());
    const [orderId, paymentId] = [body.id, body.id.replace('ord_', 'pay_')];
    const at = `/api/v1/orders/${orderId}`;
    const merchant = { roles: ['merchant'], claims: { vendor_id: 'vnd_abc123' } };
    const refund = (what: object, caller: Caller = merchant) =>
      world.call('POST', `${at}/refunds`, { reason: 'COLD_FOOD', ...what }, caller);
    expect(await refund({})).toMatchObject({ status: 409, body: { code: 'order-not-paid' } });
    await world.pay(orderId, 226, 100);
    await world.until('it is confirmed', async () => (await world.statusOf(orderId)) === 'CONFIRMED');

    for (const wrong of [
      { amount: 0 },
      { amount: -1 },
      { amount: 0.005 },
      { amount: '1' },
      { reason: 'cold' },
    ])
      expect((await refund(wrong)).status).toBe(400);
    for (const roles of [['staff'], ['customer'], ['courier']])
      expect((await refund({}, { ...merchant, roles })).status).toBe(403);
    expect((await refund({}, { roles: ['manager'], claims: { vendor_id: 'vnd_slow' } })).status).toBe(404);
    const tooLarge = await refund({ amount: 3.27 });
    expect(tooLarge).toMatchObject({ status: 409, body: { code: 'refund-too-large', left: 3.26 } });

    const once = { ...merchant, key: crypto.randomUUID() };
    const first = await refund({ amount: 1.26 }, once);
    expect(first).toMatchObject({ status: 202, body: { amount: 1.26, status: 'REQUESTED' } });
    expect((await refund({ amount: 1.26 }, once)).body).toEqual(first.body);
    expect((await refund({ amount: 1 }, once)).status).toBe(422);
    const second = await refund({}, { roles: ['manager'], claims: { vendor_id: 'vnd_abc123' } });
    expect(second).toMatchObject({ status: 202, body: { amount: 2 } });
    expect(await refund({ amount: 0.01 })).toMatchObject({
      status: 409,
      body: { code: 'nothing-to-refund' },
    });

    const about = { paymentId, orderId, currency: 'USD' };
    await world.topics.say('RefundSucceeded', paymentId, {
      ...{ ...about, refundId: first.body.id, amount: 126, subsidy: 0 },
      ...{ providerRef: 're_1', succeededAt: Date.now() },
    });
    await world.topics.say('RefundRefused', paymentId, {
      ...{ ...about, refundId: second.body.id, amount: 200, code: 'refund-too-large', refusedAt: Date.now() },
    });
    const refunds = async () => (await world.call('GET', at)).body.refunds;
    await world.until('both are told', async () =>
      (await refunds()).every(({ status }: { status: string }) => status !== 'REQUESTED'),
    );
    expect(await refunds()).toMatchObject([
      { id: first.body.id, status: 'SUCCEEDED', amount: 1.26, to_customer: 1.26, to_company: 0 },
      { id: second.body.id, status: 'FAILED', amount: 0 },
    ]);
    expect((await world.call('GET', at)).body.payment.refunded).toBe(1.26);
    expect((await refund({ amount: 2.01 })).body.code).toBe('refund-too-large');
  });

  it('S1-CCH-02 once paid is told from memory, and never as it was before the last write', async () => {
    const { body } = await world.call('POST', '/api/v1/orders', drink());
    const at = `/api/v1/orders/${body.id}`;
    await world.pay(body.id, 326);
    await world.until('it is confirmed', async () => (await world.statusOf(body.id)) === 'CONFIRMED');
    const reads = async (result: string) => {
      const metrics = await (await fetch(`${world.orders.url}/metrics`)).text();
      const found = new RegExp(`dabba_orders_paid_reads_total\\{result="${result}"[^}]*\\} (\\d+)`).exec(
        metrics,
      );
      return Number(found?.[1] ?? 0);
    };
    const before = [await reads('hit'), await reads('miss')];
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.call('GET', at)));
    for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body);
    const [hits, misses] = [
      (await reads('hit')) - (before[0] ?? 0),
      (await reads('miss')) - (before[1] ?? 0),
    ];
    expect(hits / (hits + misses)).toBeGreaterThan(0.8);
    expect((await world.call('GET', at, undefined, customer('cus_2'))).status).toBe(404);

    // By whichever replica.
    const turn = { do: 'turn', to: 'PREPARING', now: Date.now() } as const;
    const context = { actor: 'another replica', now: Date.now() };
    const decide = (order: Order) => decideOrder(order, turn);
    await world.orders.deps.store.execute(orderRef(body.id, 'sfo'), decide, context);
    expect((await world.call('GET', at)).body.status).toBe('PREPARING');
    expect((await world.call('POST', `${at}/cancel`)).body.status).toBe('CANCELLED');
    expect((await world.call('GET', at)).body.cancelled).toMatchObject({ was: 'PREPARING' });
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
