import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { setUpAt } from '../../../e2e/simulators/paypal/app.ts';
import { ledgerOf } from '../../../e2e/simulators/paypal/ledger.ts';
import { patient, World, type WorldOptions } from './spec/world.ts';

let world: World;
const open = async (name: string, options: WorldOptions = {}) => {
  world = await World.open(`payments_paypal_${name}`, { paypal: true, ...options });
};
afterEach(() => world.close());

/** What PayPal holds for a payment. */
const books = (id: string) =>
  ledgerOf(world.paypal.books).payments.filter(({ custom_id }) => custom_id === id);
const noticesBy = async (way: 'webhook' | 'poll') => {
  const { rows } = await world.payments.deps.pool.query<{ type: string }>(
    'select distinct type from provider_notices where provider = $1 and by = $2 order by type',
    ['paypal', way],
  );
  return rows.map(({ type }) => type);
};
/** Everything that was told of has been looked at. */
const atRest = (told: string) =>
  until(
    `${told} was followed`,
    async () => {
      const { rows } = await world.payments.deps.pool.query<{ told: boolean; waiting: boolean }>(
        `select exists(select from provider_notices where type = $1) as told,
                exists(select from graphile_worker._private_jobs where key like 'follow-notice:%'
                        or key like 'confirm-intent:%') as waiting`,
        [told],
      );
      return rows[0]?.told && !rows[0].waiting;
    },
    patient,
  );
const refundedBy = async (id: string, amount: number) => {
  const caller = { headers: world.once() };
  await world.call('POST', `/api/v1/payments/${id}/refunds`, { amount, reason: 'COLD_FOOD' }, caller);
  await until(
    'it went back',
    async () =>
      (await world.payment(id)).refunds.every(({ status }: { status: string }) => status === 'SUCCEEDED'),
    patient,
  );
};

describe('S2-PAY-04 while Stripe is away', () => {
  it('an order is paid at PayPal: agreed to there, told of by its signed webhook, taken once, and given back there', async () => {
    await open('away');
    world.stripe.behave({ down: 1 });
    world.paypal.behave({ webhooks: { twice: 1, held: 0.5, to: 200 } });
    const { id } = await world.order();
    const made = await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    expect(made).toMatchObject({ provider: 'paypal', client_secret: made.stripe_payment_id });
    expect(books(id)).toMatchObject([{ id: made.client_secret, status: 'CREATED', captured: 0 }]);
    await world.wishTip(id.replace('pay_', 'ord_'), 1642);
    await until(
      'it asks for another tip as well',
      async () => (await world.payment(id)).due === 16.42,
      patient,
    );
    await world.wishTip(id.replace('pay_', 'ord_'), 1542);
    await until('and for what it did', async () => (await world.payment(id)).due === 15.42, patient);
    await world.approve(id);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 15.42, provider: 'paypal' });
    await atRest('PAYMENT.CAPTURE.COMPLETED');
    expect(await noticesBy('webhook')).toContain('CHECKOUT.ORDER.APPROVED');
    expect(await noticesBy('poll')).toEqual([]);
    expect(books(id)).toMatchObject([{ captured: 1542, captures: 1, refunded: 0 }]);
    await refundedBy(id, 5);
    expect(books(id)).toMatchObject([{ captured: 1542, captures: 1, refunded: 500 }]);
    expect(await world.story(id)).toEqual([
      'PaymentRequested',
      'PaymentFailedOver',
      'PaymentIntentCreated',
      ...['PaymentAmendRequested', 'PaymentAmended', 'PaymentAmendRequested', 'PaymentAmended'],
      'PaymentApproved',
      'PaymentSucceeded',
      'RefundRequested',
      'RefundSucceeded',
    ]);
    expect(world.stripe.books.all('payment_intent')).toEqual([]);
  });
});

describe('X-06 at PayPal', () => {
  const first = { env: { PAYMENT_FIRST: 'paypal' } };

  it('what a webhook never told of is asked for', async () => {
    await open('polled', { noWebhooks: true, env: { ...first.env, PAYMENT_POLL_MS: '500' } });
    const { id } = await world.order();
    await world.approve(id);
    await world.becomes(id, 'SUCCEEDED');
    expect(await noticesBy('poll')).toContain('CHECKOUT.ORDER.APPROVED');
  });
  it('a wallet that declines may be followed by another, and is not tried again by itself', async () => {
    await open('declined', first);
    const { id } = await world.order();
    await world.approve(id, 'wallet_declines');
    await until('it was declined', async () => (await world.story(id)).includes('PaymentDeclined'), patient);
    await atRest('CHECKOUT.ORDER.APPROVED');
    expect((await world.story(id)).filter((type) => type === 'PaymentDeclined')).toHaveLength(1);
    expect(books(id)).toMatchObject([{ captured: 0 }]);
    await world.approve(id);
    await world.becomes(id, 'SUCCEEDED');
    expect(books(id)).toMatchObject([{ captured: 1542, captures: 1 }]);
  });
  it('an order that is cancelled is not taken, though its payer agrees to it afterwards', async () => {
    await open('cancelled', first);
    const { id, orderId } = await world.order();
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    const [{ id: order = '' } = {}] = books(id);
    await world.cancelOrder(orderId);
    await world.becomes(id, 'CANCELLED');
    const response = await fetch(`${world.paypal.url}/_approve/${order}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(201);
    await atRest('CHECKOUT.ORDER.APPROVED');
    expect(books(id)).toMatchObject([{ status: 'APPROVED', captured: 0 }]);
  });
  it('money that was taken as the order was cancelled goes back', async () => {
    await open('late', first);
    const { id, orderId } = await world.order();
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    await world.approve(id);
    await world.becomes(id, 'SUCCEEDED');
    await world.cancelOrder(orderId);
    await until('it went back', () => books(id)[0]?.refunded === 1542, patient);
  });
  it('S0-INV-05 a fridge holds by a wallet that was kept, takes what went out, and lets go of the rest', async () => {
    await open('fridge', first);
    const who = newId('cus');
    const kept = { provider: 'paypal', payment_method_id: await setUpAt(world.paypal.url) };
    const saved = await world.call('PUT', '/api/v1/payment-methods', kept, world.buyer(who));
    expect(saved.status).toBe(200);
    const sessionId = newId();
    const now = world.payments.deps.now();
    const about = { sessionId, fridgeId: 'fr_1', door: '1', kind: 'CUSTOMER', customerId: who } as const;
    const prices = ['m1', 'm2', 'm3'].map((mealId) => ({ mealId, sku: 'dal', price: 850, currency: 'USD' }));
    await world.say('DoorSessionStarted', sessionId, {
      ...{ ...about, commandId: 'c', nonce: 'n', prices, startedAt: now, expiresAt: now + 10_000 },
    });
    const id = `pay_${sessionId}`;
    await world.becomes(id, 'AUTHORISED');
    expect(books(id)).toMatchObject([{ held: 2500, captured: 0 }]);
    await world.say('DoorSessionSettled', sessionId, {
      ...{ ...about, basket: [{ mealId: newId(), price: 850, currency: 'USD' }], unpriced: [], added: [] },
      ...{ closedAt: now, settledAt: now },
    });
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 8.5 });
    expect(books(id)).toMatchObject([{ held: 0, captured: 850, captures: 1 }]);
  });
  it('a dispute takes the money until it is decided', async () => {
    await open('dispute', first);
    const { id } = await world.order();
    await world.approve(id, 'wallet_disputes');
    await until('it is disputed', async () => (await world.story(id)).includes('DisputeOpened'), patient);
    const { disputes, refundable } = await world.payment(id);
    expect([disputes[0].amount, refundable]).toEqual([15.42, 0]);
    world.paypal.paypal.end(disputes[0].id, true);
    await until('it is won', async () => (await world.payment(id)).refundable === 15.42, patient);
  });
});

describe('S2-PAY-02 POST /webhooks/paypal', () => {
  it('takes nothing that PayPal did not sign for our webhook', async () => {
    await open('signed');
    const body = JSON.stringify({ id: 'WH-1', event_type: 'CHECKOUT.ORDER.APPROVED', resource: {} });
    const post = (headers: Record<string, string>) =>
      fetch(`${world.payments.url}/webhooks/paypal`, { method: 'POST', headers, body });
    expect((await post({ 'content-type': 'application/json' })).status).toBe(400);
    const forged = {
      ...{ 'paypal-transmission-id': 'x', 'paypal-transmission-time': new Date().toISOString() },
      ...{ 'paypal-transmission-sig': 'bm8=', 'paypal-auth-algo': 'SHA256withRSA' },
      'paypal-cert-url': 'https://example.com/v1/notifications/certs/CERT-1',
    };
    expect((await post(forged)).status).toBe(400);
    const { rowCount } = await world.payments.deps.pool.query('select from provider_notices');
    expect(rowCount).toBe(0);
  });
});
