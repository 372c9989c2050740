import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signature } from '../simulators/stripe/webhooks.ts';
import { lassis, type OrderView, ordersOf, sampleOrder } from './support/orders.ts';
import { patient } from './support/patient.ts';
import { heldBy } from './support/receipts.ts';
import { screenAt } from './support/screen.ts';
import { openTown, type Town } from './support/town.ts';

let town: Town;
let orders: ReturnType<typeof ordersOf>;
beforeAll(async () => {
  town = await openTown({ TAX_OFFICE_TIMEOUT: '2000', TAX_OFFICE_SETTLES: '300' });
  orders = ordersOf(town);
});
afterAll(() => town?.close());

const sum = (all: readonly { quantity: number }[]) =>
  all.reduce((total, { quantity }) => total + quantity, 0);

describe('an order', () => {
  const customer = 'cus_sfo_001';
  let placed: OrderView;

  it('S2-ORD-01 S2-ORD-02 S2-ORD-03 S2-PAY-03 is answered as in the sample, figure by figure', async () => {
    const asked = { ...sampleOrder(), special_requests: 'No onions, please' };
    const { status, body } = await orders.place(customer, asked);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^ord_/),
        status: 'PENDING',
        vendor: { id: 'vnd_abc123', name: 'Taco Loco Express' },
        truck: {
          id: 'trk_xyz789',
          location: { latitude: 37.7749, longitude: -122.4194, campus: 'SF HQ' },
        },
        items: [
          {
            name: 'Street Taco',
            quantity: 2,
            unit_price: 4.5,
            total: 9,
            customizations: asked.items[0]?.customizations,
          },
          { name: 'Horchata', quantity: 1, unit_price: 3, total: 3 },
        ],
        subtotal: 12,
        tax: 1.02,
        tip: 2.4,
        meal_subsidy_applied: 5,
        total: 10.42,
        pickup_time: asked.pickup_time,
        estimated_ready: expect.any(String),
        payment: {
          status: 'REQUIRES_CONFIRMATION',
          provider: 'stripe',
          client_secret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
        },
        created_at: expect.any(String),
      },
    });
    expect(body.items[1]).not.toHaveProperty('customizations');
    placed = body;
  });

  it('S2-ORD-11 X-18 X-20 is paid, cooked on a live screen, handed over, completed and registered', async () => {
    const screen = await screenAt(town, 'mer_sfo_1', 'trk_xyz789');
    await until('the screen knows what is there', () => screen.told.length > 0, patient);
    expect(screen.told[0]).toMatchObject({ type: 'snapshot', tickets: [] });

    expect(await orders.confirm(customer, placed.id)).toBe('succeeded');
    await orders.becomes(placed.id, 'CONFIRMED');
    const ticket = await until(
      'the screen shows its ticket',
      () => screen.told.findLast(({ type }) => type === 'ticket')?.ticket,
      patient,
    );
    // S2-DAT-08: in no event, and on the screen all the same.
    expect(ticket).toMatchObject({ special_requests: 'No onions, please', requests_known: true });
    expect(ticket.lines.map(({ station, done }) => ({ station, done }))).toEqual([
      { station: 'grill', done: false },
      { station: 'bar', done: false },
    ]);
    const { seq } = screen.told.at(-1) ?? { seq: 0 };
    screen.close();

    const [tacos, drink] = ticket.lines;
    await orders.work('mer_sfo_1', placed.id, `lines/${tacos?.id}/bump`);
    await orders.becomes(placed.id, 'PREPARING');
    expect((await orders.work('csh_sfo_1', placed.id, `lines/${drink?.id}/bump`)).body.status).toBe('READY');
    await orders.becomes(placed.id, 'READY');
    const resumed = await screenAt(town, 'mer_sfo_1', 'trk_xyz789', seq);
    const ready = () => resumed.told.some(({ ticket: seen }) => seen?.status === 'READY');
    await until('a screen that was away has caught up', ready, patient);
    expect(resumed.told.every((each) => each.type === 'ticket' && each.seq > seq)).toBe(true);
    resumed.close();

    expect((await orders.work('mer_sfo_1', placed.id, 'hand-over')).body.status).toBe('HANDED_OVER');
    await orders.becomes(placed.id, 'COMPLETED');
    expect(await orders.history(placed.id)).toEqual(
      expect.arrayContaining([
        'OrderPlaced',
        'OrderPaymentRequested',
        'OrderPaid',
        'OrderConfirmed',
        'OrderPreparing',
        'OrderReady',
        'OrderPickedUp',
        'OrderCompleted',
      ]),
    );
    expect(await orders.payment(placed.id)).toMatchObject({
      status: 'SUCCEEDED',
      captured: 10.42,
      meal_subsidy_applied: 5,
      refunds: [],
    });
    expect(await orders.atStripe(placed.payment.id)).toMatchObject({
      captured: 1042,
      charges: 1,
      refunded: 0,
    });
  });

  it('S2-ORD-09 X-20 has a receipt that shows its registration, held once by the tax office', async () => {
    interface Receipt {
      total: number;
      paid: object;
      registration: { receipt_id: string; status: string; registrations: object[] };
    }
    const receipt = await until(
      'its receipt is accepted',
      async () => {
        const { body } = await town.as(customer).get<Receipt>(`/api/v1/orders/${placed.id}/receipt`);
        return body.registration.status === 'ACCEPTED' && body;
      },
      patient,
    );
    expect(receipt).toMatchObject({
      total: 15.42,
      paid: { by_subsidy: 5, by_customer: 10.42 },
      registration: {
        registrations: expect.arrayContaining([
          { service: 'tax-office', status: 'REGISTERED', external_ref: expect.stringMatching(/^TAX-/) },
        ]),
      },
    });
    expect(await heldBy(town.taxOffice, receipt.registration.receipt_id)).toBe(1);
    // Nobody else's business.
    expect((await town.as('cus_sfo_002').get(`/api/v1/orders/${placed.id}`)).status).toBe(404);
  });

  it('S2-ORD-13 X-20 is given back in parts by its merchant, each with a receipt of its own, and by nobody else', async () => {
    interface Refund {
      id: string;
      registration: { receipt_id: string; status: string };
    }
    const path = `/api/v1/orders/${placed.id}/refunds`;
    const part = { amount: 2.01, reason: 'COLD_FOOD' };
    const ask = (login: string, body: object, key = newId()) =>
      town.as(login).post<{ id: string; code?: string }>(path, body, { 'idempotency-key': key });
    for (const login of [customer, 'csh_sfo_1']) expect((await ask(login, part)).status).toBe(403);
    expect((await ask('mer_sfo_2', part)).status).toBe(404);
    const key = newId();
    const [first, again] = [await ask('mer_sfo_1', part, key), await ask('mer_sfo_1', part, key)];
    expect([first.status, again.body]).toEqual([202, first.body]);
    expect(await ask('mer_sfo_1', { ...part, amount: 13.42 })).toMatchObject({
      ...{ status: 409, body: { code: 'refund-too-large', left: 13.41 } },
    });
    expect((await ask('mgr_sfo_1', { reason: 'COLD_FOOD' })).status).toBe(202);
    const refunds = await until(
      'both have their receipts',
      async () => {
        const { body } = await town
          .as(customer)
          .get<{ refunds: Refund[] }>(`/api/v1/orders/${placed.id}/receipt`);
        const accepted = body.refunds.filter(({ registration }) => registration.status === 'ACCEPTED');
        return accepted.length === 2 && accepted;
      },
      patient,
    );
    expect(refunds).toMatchObject([
      { id: first.body.id, total: 2.01, to_customer: 2.01, to_company: 0 },
      { total: 13.41, to_customer: 8.41, to_company: 5 },
    ]);
    for (const { registration } of refunds)
      expect(await heldBy(town.taxOffice, registration.receipt_id)).toBe(1);
    expect(await orders.atStripe(placed.payment.id)).toMatchObject({ captured: 1042, refunded: 1042 });
    expect((await orders.order(placed.id, customer)).payment.refunded).toBe(10.42);
  });

  it('S2-ORD-07 costs what its tip makes of it until it is paid, here and at Stripe', async () => {
    const { id, payment, total } = await orders.placed(customer, {
      ...{ ...sampleOrder(), tip_percentage: 10, use_meal_subsidy: false },
    });
    expect(total).toBe(14.22);
    const change = (tip_percentage: number) =>
      town.as(customer).patch<OrderView>(`/api/v1/orders/${id}`, { tip_percentage });
    for (const [tip, dearer] of [
      [25, 16.02],
      [10, 14.22],
      [20, 15.42],
    ] as const)
      expect(await change(tip)).toMatchObject({ status: 200, body: { total: dearer } });
    expect(await orders.confirm(customer, id)).toBe('succeeded');
    await orders.becomes(id, 'CONFIRMED');
    expect(await orders.payment(id)).toMatchObject({ amount: 15.42, captured: 15.42 });
    expect(await orders.atStripe(payment.id)).toMatchObject({ captured: 1542, charges: 1 });
    expect(await change(0)).toMatchObject({ status: 409, body: { code: 'order-state' } });
  });

  it('S2-STM-01 X-01 goes nowhere from its end', async () => {
    const before = await orders.history(placed.id);
    const cancelled = await town.as(customer).post<OrderView>(`/api/v1/orders/${placed.id}/cancel`, {});
    expect([cancelled.status, cancelled.body.code]).toEqual([409, 'order-state']);
    expect(await orders.history(placed.id)).toEqual(before);
  });
});

describe('an order that comes to nothing', () => {
  it('S2-ORD-08 S1-EVT-06 cancelled after it was paid, gives money and stock back', async () => {
    const { available } = await orders.lassi();
    const { id, payment } = await orders.placed('cus_sfo_002', lassis(2));
    expect(await orders.reservation(id)).toMatchObject({ status: 'HELD', parts: [{ held: 2 }] });
    await orders.confirm('cus_sfo_002', id);
    await orders.becomes(id, 'CONFIRMED');
    await until(
      'its stock is taken',
      async () => (await orders.reservation(id)).status === 'COMMITTED',
      patient,
    );
    await orders.ticketBecomes(id, 'OPEN', 'FIRED');
    const cancelled = await town.as('cus_sfo_002').post<OrderView>(`/api/v1/orders/${id}/cancel`, {});
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    const refunds = await until(
      'it is given back',
      async () => {
        const { refunds: all } = await orders.payment(id);
        return all.every(({ status }) => status === 'SUCCEEDED') && all.length > 0 && all;
      },
      patient,
    );
    expect(refunds).toHaveLength(1);
    const seen = await orders.atStripe(payment.id);
    expect(seen).toMatchObject({ charges: 1, refunded: seen?.captured });
    await until('its stock is back', async () => (await orders.lassi()).available === available, patient);
    await orders.ticketBecomes(id, 'CANCELLED');
  });

  it('S1-EVT-06 stays unpaid where a card is declined, and is confirmed by the next one, charged once', async () => {
    const { id, payment } = await orders.placed('cus_sfo_003', lassis(1));
    expect(await orders.confirm('cus_sfo_003', id, 'pm_card_visa_chargeDeclined')).toBe('card_declined');
    expect((await orders.order(id)).status).toBe('PENDING');
    expect(await orders.confirm('cus_sfo_003', id)).toBe('succeeded');
    await orders.becomes(id, 'CONFIRMED');
    expect(await orders.atStripe(payment.id)).toMatchObject({ charges: 1 });
  });

  it('S4-CCH-02 of two orders for the last unit one is placed, and the other told 409', async () => {
    const count = '/api/v1/inventory/sto_sfo_dosa/items/lassi/count';
    const { on_shelf, available } = await orders.lassi();
    const counted = { counted: on_shelf - available + 1, reason: 'EVENING' };
    expect((await town.as('mer_sfo_2').post(count, counted)).status).toBe(200);
    const both = await Promise.all(
      ['cus_sfo_004', 'cus_sfo_005'].map((login) => orders.place(login, lassis(1))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'out-of-stock' });
    expect(await orders.lassi()).toMatchObject({ available: 0 });
    await town.as('mer_sfo_2').post(count, { counted: on_shelf, reason: 'MORNING' });
  });
});

describe('a cart', () => {
  it('S2-ORD-10 S2-ORD-12 takes items of one vendor and is ordered once', async () => {
    interface Cart {
      id: string | null;
      items: { id: string; quantity: number }[];
      code?: string;
    }
    const customer = town.as('cus_sfo_006');
    const add = (body: object) => customer.post<Cart>('/api/v1/cart/items', body);
    await add({ store_id: 'sto_sfo_bowl', menu_item_id: 'itm_sfo_bowl_soup', quantity: 2 });
    const { body: cart } = await add({ menu_item_id: 'itm_sfo_bowl_grain', quantity: 1 });
    expect(sum(cart.items)).toBe(3);
    const other = await add({ truck_id: 'trk_xyz789', menu_item_id: 'itm_drink001', quantity: 1 });
    expect(other.status).toBe(409);
    await customer.delete(`/api/v1/cart/items?id=${cart.items[0]?.id}`);
    const { body: left } = await customer.get<Cart>('/api/v1/cart');
    expect(left.items).toEqual([cart.items[1]]);
    const order = { cart_id: left.id, payment_method: 'pm_card_visa' };
    const { status, body } = await orders.place('cus_sfo_006', order);
    expect({ status, items: body.items }).toMatchObject({
      status: 201,
      items: [{ menu_item_id: 'itm_sfo_bowl_grain', quantity: 1 }],
    });
    expect((await customer.get<Cart>('/api/v1/cart')).body.items).toEqual([]);
    expect((await orders.place('cus_sfo_006', order)).status).toBe(404);
  });

  it('S2-ORD-10 is ordered by its checkout, and E7 sent twice it is one order', async () => {
    const customer = town.as('cus_sfo_007');
    await customer.post('/api/v1/cart/items', {
      ...{ truck_id: 'trk_xyz789', menu_item_id: 'itm_drink001', quantity: 3 },
    });
    const key = { 'idempotency-key': newId() };
    const checkout = () => customer.post<OrderView>('/api/v1/cart/checkout', { tip_percentage: 10 }, key);
    const { status, body } = await checkout();
    expect({ status, items: body.items, total: body.total }).toMatchObject({
      status: 201,
      items: [{ menu_item_id: 'itm_drink001', quantity: 3 }],
      total: 9 + 0.77 + 0.9,
    });
    expect((await checkout()).body.id).toBe(body.id);
  });
});

it('S1-SVC-03 an outside vendor finishes an order by signed words of its own, and by no others', async () => {
  const merchant = town.as('mer_sfo_1');
  const made = await merchant.post<{ secret: string }>('/api/v1/kitchen/vendors/vnd_abc123/secrets', {});
  expect(made.status).toBe(201);
  const drink = { truck_id: 'trk_xyz789', items: [{ menu_item_id: 'itm_drink001', quantity: 1 }] };
  const { id } = await orders.placed('cus_sfo_008', drink);
  await orders.confirm('cus_sfo_008', id);
  await orders.becomes(id, 'CONFIRMED');
  const say = async (status: string, secret = made.body.secret) => {
    const body = JSON.stringify({ id: newId(), order_id: id, status });
    const signed = signature(body, [secret], Math.floor(Date.now() / 1000));
    const response = await fetch(`${town.url}/webhooks/vendors/vnd_abc123`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'dabba-signature': signed },
      body,
    });
    return response.status;
  };
  expect(await say('HANDED_OVER', 'a guess')).toBe(401);
  await until('it is taken', async () => (await say('STARTED')) === 204, patient);
  await orders.becomes(id, 'PREPARING');
  expect([await say('HANDED_OVER'), await say('HANDED_OVER')]).toEqual([204, 204]);
  await orders.becomes(id, 'COMPLETED');
});
