import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideOrder } from './order/decide.ts';
import { type Order, orderRef } from './order/order.ts';
import { drink, minute, sample } from './spec/samples.ts';
import { type Caller, customer, operations, staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-paid');
}, 120_000);
afterAll(() => world.close(), 60_000);

describe('an order that is paid', () => {
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
    await world.until('its refund is known', async () => (await receipt()).refunds.length === 1);
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
    // What is still written about it after it was confirmed makes those who ask in that moment look again.
    await world.until('most are told from memory', async () => {
      const before = { hits: await reads('hit'), misses: await reads('miss') };
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.call('GET', at)));
      const hits = (await reads('hit')) - before.hits;
      const misses = (await reads('miss')) - before.misses;
      const same = answers.every(({ body: told }) => isDeepStrictEqual(told, answers[0]?.body));
      return same && hits / (hits + misses) > 0.8;
    });
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
});
