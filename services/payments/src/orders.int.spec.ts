import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedPayers } from './seed/payers.ts';
import { metro, patient, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('payments_orders');
});
beforeEach(() => world.stripe.behave({}));
afterAll(() => world.close());

const grant = (customer: string, allowance = 5) =>
  world.call('PUT', `/api/v1/customers/${customer}/subsidy`, {
    metro,
    allowance,
    currency: 'USD',
    period: 'DAY',
  });
const left = async (customer: string) =>
  (await world.call('GET', `/api/v1/customers/${customer}/subsidy`, undefined, world.buyer(customer))).body
    .remaining;
const captured = (id: string) =>
  world.stripe.books
    .all('payment_intent')
    .filter(({ metadata }) => metadata.payment_id === id)
    .map(({ amount_received }) => amount_received);

describe('an order', () => {
  it('S2-ORD-02 S2-PAY-03 is paid less its subsidy, by whoever has its secret', async () => {
    const customerId = newId('cus');
    expect((await grant(customerId)).status).toBe(200);
    const { id } = await world.order({ customerId, useSubsidy: true, paymentMethod: 'pm_stripe123' });
    const asked = await world.becomes(id, 'REQUIRES_CONFIRMATION');
    expect(asked).toMatchObject({ amount: 15.42, meal_subsidy_applied: 5, due: 10.42 });
    expect(asked.client_secret).toMatch(/^pi_\w+_secret_\w+$/);
    expect(await left(customerId)).toBe(0);
    await world.confirm(id);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 10.42, client_secret: null });
    expect(captured(id)).toEqual([1042]);
    expect(await world.story(id)).toEqual(['PaymentRequested', 'PaymentIntentCreated', 'PaymentSucceeded']);
  });
  it('S2-ORD-07 asks for another sum while nobody has paid, at its provider too, and is paid that', async () => {
    const customerId = newId('cus');
    await grant(customerId);
    const { id, orderId } = await world.order({ customerId, useSubsidy: true });
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    await world.wishTip(orderId, 1700, customerId);
    await until('it asks for it', async () => (await world.payment(id)).due === 12, patient);
    expect(await left(customerId)).toBe(0);
    await world.confirm(id);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 12, meal_subsidy_applied: 5 });
    expect(captured(id)).toEqual([1200]);
    expect((await world.story(id)).slice(2)).toEqual([
      'PaymentAmendRequested',
      'PaymentAmended',
      'PaymentSucceeded',
    ]);
  });
  it('S2-ORD-07 asks for what it did where it was paid before its provider heard of another sum', async () => {
    const { id, orderId } = await world.order();
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    world.stripe.behave({ webhooks: { share: 0 } });
    await world.confirm(id);
    await world.wishTip(orderId, 1700);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ amount: 15.42, captured: 15.42 });
    expect((await world.story(id)).slice(2)).toEqual([
      'PaymentAmendRequested',
      'PaymentAmended',
      'PaymentSucceeded',
    ]);
  });
  it('S2-PAY-03 that the company pays whole needs no provider', async () => {
    const customerId = newId('cus');
    await grant(customerId, 20);
    const { id } = await world.order({ customerId, useSubsidy: true });
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 0, meal_subsidy_applied: 15.42 });
    expect(captured(id)).toEqual([]);
  });
  it('X-06 is paid by ourselves where nobody is there to confirm', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_visa' });
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 15.42 });
  });
  it('is over when the card of one whom nobody asks is declined', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_visa_chargeDeclined' });
    await world.becomes(id, 'CANCELLED');
    expect(await world.story(id)).toEqual([
      'PaymentRequested',
      'PaymentIntentCreated',
      'PaymentDeclined',
      'PaymentCancelRequested',
      'PaymentCancelled',
    ]);
  });
  it('may be paid by another card after one was declined', async () => {
    const { id } = await world.order();
    await world.confirm(id, 'pm_card_visa_chargeDeclined');
    await until('it was declined', async () => (await world.story(id)).includes('PaymentDeclined'), patient);
    await world.confirm(id);
    await world.becomes(id, 'SUCCEEDED');
  });
  it('S2-PAY-01 is paid once its customer has said to their bank that it is them, and not by who is not', async () => {
    const { id } = await world.order();
    await world.confirm(id, 'pm_card_threeDSecure2Required');
    await world.becomes(id, 'REQUIRES_ACTION');
    await world.authenticate(id, 'fail');
    await until('it was declined', async () => (await world.story(id)).includes('PaymentDeclined'), patient);
    await world.confirm(id, 'pm_card_threeDSecure2Required');
    await world.becomes(id, 'REQUIRES_ACTION');
    expect(captured(id)).toEqual([0]);
    await world.authenticate(id);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 15.42 });
    expect(captured(id)).toEqual([1542]);
  });
  it('S2-PAY-04 is told as it was last seen while the provider does not answer', async () => {
    const customerId = newId('cus');
    const { id } = await world.order({ customerId });
    const before = await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    world.stripe.behave({ down: 1 });
    world.clock.ahead = 60_000;
    try {
      const see = await world.call('GET', `/api/v1/payments/${id}`, undefined, world.buyer(customerId));
      const { status, client_secret } = before;
      expect(see).toMatchObject({ status: 200, body: { status, client_secret } });
    } finally {
      world.clock.ahead = 0;
      world.stripe.behave({});
    }
  });
  it('S1-EVT-06 that is cancelled is never paid, or paid back, and its subsidy is there again', async () => {
    const customerId = newId('cus');
    await grant(customerId);
    const unpaid = await world.order({ customerId, useSubsidy: true });
    await world.becomes(unpaid.id, 'REQUIRES_PAYMENT_METHOD');
    await world.cancelOrder(unpaid.orderId, customerId);
    await world.becomes(unpaid.id, 'CANCELLED');
    expect(await left(customerId)).toBe(5);

    const paid = await world.order({ customerId, useSubsidy: true });
    await world.confirm(paid.id);
    await world.becomes(paid.id, 'SUCCEEDED');
    await world.cancelOrder(paid.orderId, customerId);
    const { refunds } = await until(
      'it is paid back',
      async () => {
        const payment = await world.payment(paid.id);
        return payment.refunds[0]?.status === 'SUCCEEDED' && payment;
      },
      patient,
    );
    expect(refunds).toMatchObject([{ amount: 10.42, meal_subsidy: 5 }]);
    expect(await left(customerId)).toBe(5);
  });
  it('is given up when its time is over', async () => {
    const { id } = await world.order({ payBy: world.payments.deps.now() + 1_500 });
    await world.becomes(id, 'CANCELLED');
    expect((await world.story(id)).at(-1)).toBe('PaymentCancelled');
  });
});

it('S2-ORD-02 the demo city has a customer with 5.00 a day, however often it is seeded', async () => {
  const { deps } = world.payments;
  await seedPayers(deps);
  await seedPayers(deps);
  expect(await left('cus_sfo_001')).toBe(5);
  const { body } = await world.call('GET', '/api/v1/payment-methods', undefined, world.buyer('cus_sfo_040'));
  expect(body.methods).toEqual([{ provider: 'stripe', payment_method_id: 'pm_card_visa' }]);
  expect(await world.story('payer:cus_sfo_040')).toHaveLength(1);
});

describe('T2 a call outside', () => {
  it('that was done and not answered is done once', async () => {
    world.stripe.behave({ lost: 1 });
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_visa' });
    await until('it was asked', () => captured(id).length > 0, patient);
    world.stripe.behave({});
    await world.becomes(id, 'SUCCEEDED');
    expect(captured(id)).toEqual([1542]);
  });
  it('T2 webhooks may come twice and in any order', async () => {
    world.stripe.behave({ webhooks: { twice: 1, held: 0.5, to: 200 } });
    const ids = await Promise.all(
      Array.from(
        { length: 8 },
        async () => (await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_visa' })).id,
      ),
    );
    for (const id of ids) await world.becomes(id, 'SUCCEEDED');
    for (const id of ids) {
      expect(await world.story(id)).toEqual(['PaymentRequested', 'PaymentIntentCreated', 'PaymentSucceeded']);
      expect(captured(id)).toEqual([1542]);
    }
  });
});

describe('a refund', () => {
  it('goes back in parts, up to what was taken, each once', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_visa' });
    await world.becomes(id, 'SUCCEEDED');
    const headers = world.once();
    const refund = (amount: number | undefined, how = world.once()) =>
      world.call('POST', `/api/v1/payments/${id}/refunds`, { amount, reason: 'COLD_FOOD' }, { headers: how });
    const first = await refund(5, headers);
    expect(first).toMatchObject({ status: 202, body: { amount: 5 } });
    expect((await refund(5, headers)).body).toEqual(first.body);
    expect(await refund(10.43)).toMatchObject({ status: 409, body: { code: 'refund-too-large' } });
    expect(await refund(10.42)).toMatchObject({ status: 202 });
    expect(await refund(undefined)).toMatchObject({ status: 409, body: { code: 'nothing-to-refund' } });
    await until(
      'both are back',
      async () =>
        (await world.payment(id)).refunds.every(({ status }: { status: string }) => status === 'SUCCEEDED'),
      patient,
    );
    const back = world.stripe.books.all('refund').filter(({ metadata }) => metadata.payment_id === id);
    expect(back.map(({ amount }) => amount)).toEqual([500, 1042]);
  });
  it('S2-ORD-13 that an order asks for goes back, the company’s share last and into its own day, or is refused aloud', async () => {
    const customerId = newId('cus');
    await grant(customerId);
    const { orderId, id } = await world.order({ customerId, useSubsidy: true });
    await world.confirm(id);
    await world.becomes(id, 'SUCCEEDED');
    const ask = (refundId: string, total: number) =>
      world.say('OrderRefundRequested', orderId, {
        ...{ orderId, refundId, customerId, vendorId: 'vnd_1', paymentId: id, total, currency: 'USD' },
        ...{ reason: 'COLD_FOOD', requestedAt: world.payments.deps.now() },
      });
    const [part, more, most] = [newId('ref'), newId('ref'), newId('ref')];
    await ask(part, 1000);
    await ask(part, 1000);
    await ask(more, 342);
    await ask(most, 201);
    await until(
      'the last is refused',
      async () => (await world.story(id)).includes('RefundRefused'),
      patient,
    );
    await until(
      'the others are back',
      async () => (await world.story(id)).filter((type) => type === 'RefundSucceeded').length === 2,
      patient,
    );
    expect((await world.payment(id)).refunds).toMatchObject([
      { id: part, amount: 10, meal_subsidy: 0, status: 'SUCCEEDED' },
      { id: more, amount: 0.42, meal_subsidy: 3, status: 'SUCCEEDED' },
      { id: most, amount: 0, status: 'FAILED' },
    ]);
    const back = world.stripe.books.all('refund').filter(({ metadata }) => metadata.payment_id === id);
    expect(back.map(({ amount }) => amount)).toEqual([1000, 42]);
    expect(await left(customerId)).toBe(3);
  });
  it('that fails at the bank is known to have', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_refundFail' });
    await world.becomes(id, 'SUCCEEDED');
    const caller = { headers: world.once() };
    await world.call('POST', `/api/v1/payments/${id}/refunds`, { reason: 'COLD_FOOD' }, caller);
    await until('it failed', async () => (await world.story(id)).includes('RefundFailed'), patient);
    expect(await world.payment(id)).toMatchObject({ refundable: 15.42 });
  });
});

describe('a dispute', () => {
  it('takes the money until it is decided', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_card_createDispute' });
    await until('it is disputed', async () => (await world.story(id)).includes('DisputeOpened'), patient);
    const { disputes, refundable } = await world.payment(id);
    expect(disputes).toMatchObject([{ amount: 15.42, status: 'OPEN' }]);
    expect(refundable).toBe(0);
    world.stripe.stripe.end(disputes[0].id, true);
    await until('it is won', async () => (await world.payment(id)).refundable === 15.42, patient);
  });
});

describe('who may see a payment', () => {
  it('S2-SEC its customer with the secret, nobody else’s customer, people of ours without', async () => {
    const customerId = newId('cus');
    const { id } = await world.order({ customerId });
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    const see = (caller: object) => world.call('GET', `/api/v1/payments/${id}`, undefined, caller);
    expect((await see(world.buyer(customerId))).body.client_secret).toMatch(/^pi_/);
    expect((await see(world.buyer(newId('cus')))).status).toBe(404);
    expect(await see({ roles: ['operations'] })).toMatchObject({
      status: 200,
      body: { client_secret: null },
    });
    expect((await see({ roles: ['courier'] })).status).toBe(403);
    const elsewhere = { roles: ['operations'], claims: { metro: 'nyc' } };
    expect((await see(elsewhere)).status).toBe(404);
  });
  it('a service, several at once with their secrets; nobody else', async () => {
    const [one, other] = await Promise.all([world.order({}), world.order({})]);
    for (const { id } of [one, other]) await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    const wanted = `/api/v1/payment-intents?payment_ids=${one.id},${newId('pay')},${other.id}`;
    const told = await world.call('GET', wanted, undefined, { roles: ['service'] });
    const intent = { status: 'REQUIRES_PAYMENT_METHOD', provider: 'stripe' };
    expect(told).toMatchObject({
      status: 200,
      body: { items: [one, other].map(({ id }) => ({ ...intent, payment_id: id })) },
    });
    const secrets = told.body.items.map(({ client_secret }: { client_secret: string }) => client_secret);
    expect(secrets).toEqual([expect.stringMatching(/^pi_/), expect.stringMatching(/^pi_/)]);
    expect(new Set(secrets).size).toBe(2);
    expect((await world.call('GET', wanted, undefined, world.buyer(newId('cus')))).status).toBe(403);
    expect((await world.call('GET', wanted, undefined, { roles: ['operations'] })).status).toBe(403);
    const many = Array.from({ length: 51 }, () => newId('pay')).join(',');
    const all = `/api/v1/payment-intents?payment_ids=${many}`;
    expect((await world.call('GET', all, undefined, { roles: ['service'] })).status).toBe(400);
  });
  it('S2-ORD-13 asking for an order’s payment again is asking for the same, subsidy and all', async () => {
    const customerId = newId('cus');
    await grant(customerId, 8);
    const { orderId, id } = await world.order({ customerId, useSubsidy: true, amount: 300 });
    await world.becomes(id, 'SUCCEEDED');
    const asked = {
      metro,
      order_id: orderId,
      customer_id: customerId,
      amount: 3,
      currency: 'USD',
      use_meal_subsidy: true,
    };
    const { body } = await world.call('POST', '/api/v1/payments', asked, {
      ...world.peer,
      headers: world.once(),
    });
    expect(body).toMatchObject({ id, meal_subsidy_applied: 3 });
    expect(await left(customerId)).toBe(5);
  });
  it('is over where its provider will never take it', async () => {
    const { id } = await world.order({ confirms: 'SERVER', paymentMethod: 'pm_nobodys' });
    await world.becomes(id, 'CANCELLED');
  });
  it('S2-ORD-13 a service may ask for one, once a key', async () => {
    const headers = world.once();
    const ask = () =>
      world.call(
        'POST',
        '/api/v1/payments',
        { metro, amount: 9.5, currency: 'USD' },
        { ...world.peer, headers },
      );
    const first = await ask();
    expect(first).toMatchObject({ status: 201, body: { status: 'REQUIRES_PAYMENT_METHOD', amount: 9.5 } });
    const { payment_id, client_secret } = first.body;
    expect(payment_id).toBe(first.body.id);
    expect(client_secret).toMatch(/^pi_\w+_secret_\w+$/);
    const again = await ask();
    expect(again.body).toMatchObject({ id: first.body.id, client_secret: first.body.client_secret });
  });
});
