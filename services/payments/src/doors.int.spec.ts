import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patient, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('payments_doors');
});
beforeEach(() => world.stripe.behave({}));
afterAll(() => world.close());

const currency = 'USD';
const noon = Date.UTC(2026, 10, 21, 12);

/** Somebody with a card that acts so; without one: null. */
async function customer(method: string | null = 'pm_card_visa'): Promise<string> {
  const id = newId('cus');
  if (method === null) return id;
  const saved = await world.call(
    'PUT',
    '/api/v1/payment-methods',
    { payment_method_id: method },
    world.buyer(id),
  );
  expect(saved).toMatchObject({ status: 200, body: { methods: [{ provider: 'stripe' }] } });
  return id;
}

/** A door that may open, with meals of 8.50. */
async function door(customerId: string, meals = 3) {
  const sessionId = newId();
  const fridgeId = 'fr_1';
  const about = { sessionId, fridgeId, customerId };
  await world.say('DoorSessionStarted', sessionId, {
    ...about,
    ...{ door: '1', kind: 'CUSTOMER', commandId: newId(), nonce: 'n', startedAt: Date.now() },
    prices: Array.from({ length: meals }, () => ({ mealId: newId(), sku: 'dal', price: 850, currency })),
    expiresAt: Date.now() + 10_000,
  });
  return {
    id: `pay_${sessionId}`,
    settle: (taken: number) =>
      world.say('DoorSessionSettled', sessionId, {
        ...about,
        basket: Array.from({ length: taken }, () => ({ mealId: newId(), price: 850, currency })),
        ...{ unpriced: [], added: [], closedAt: noon, settledAt: noon },
      }),
    fail: (reason: 'NOT_OPENED' | 'NOT_CLOSED') =>
      world.say('DoorSessionFailed', sessionId, { ...about, reason, failedAt: noon }),
  };
}

const owed = async (id: string) =>
  (await world.call('GET', '/api/v1/payment-methods', undefined, world.buyer(id))).body.owed;
const held = () => world.stripe.books.all('payment_intent');
const intentOf = (id: string) => held().filter(({ metadata }) => metadata.payment_id === id);

describe('S0-INV-05 a door of a fridge', () => {
  it('holds when it may open, and takes what went out', async () => {
    const who = await customer();
    const { id, settle } = await door(who);
    await world.becomes(id, 'AUTHORISED');
    await settle(2);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ due: 25, captured: 17 });
    expect(intentOf(id)).toMatchObject([{ status: 'succeeded', amount_received: 1700 }]);
    expect(await owed(who)).toEqual([]);
  });
  it('lets the hold go at once when nothing went out, or it never opened', async () => {
    const who = await customer();
    for (const end of ['settle', 'fail'] as const) {
      const { id, settle, fail } = await door(who);
      await world.becomes(id, 'AUTHORISED');
      await (end === 'settle' ? settle(0) : fail('NOT_OPENED'));
      await world.becomes(id, 'CANCELLED');
      expect(intentOf(id)).toMatchObject([{ status: 'canceled', amount_capturable: 0 }]);
    }
    expect(await owed(who)).toEqual([]);
  });
  it('keeps the hold of a door that was not heard to be shut, until it is', async () => {
    const { id, settle, fail } = await door(await customer());
    await world.becomes(id, 'AUTHORISED');
    await fail('NOT_CLOSED');
    await settle(1);
    await world.becomes(id, 'SUCCEEDED');
    expect(intentOf(id)).toMatchObject([{ amount_received: 850 }]);
  });
  it('takes the hold and is owed the rest where more went out than was held', async () => {
    const who = await customer();
    const { id, settle } = await door(who);
    await world.becomes(id, 'AUTHORISED');
    await settle(4);
    await world.becomes(id, 'SUCCEEDED');
    expect(await owed(who)).toEqual([{ payment_id: id, amount: 9, currency }]);
  });
  it('is owed all where the card is declined, or there is none', async () => {
    for (const method of ['pm_card_chargeDeclined', null]) {
      const who = await customer(method);
      const { id, settle } = await door(who);
      if (method !== null) await world.becomes(id, 'CANCELLED');
      await settle(1);
      const debts = await until(`${who} owes`, async () => (await owed(who))[0] && owed(who), patient);
      expect(debts).toEqual([{ payment_id: id, amount: 8.5, currency }]);
      if (method === null) continue;
      const path = `/api/v1/customers/${who}/receivables/${id}`;
      const elsewhere = { roles: ['operations'], claims: { metro: 'nyc' } };
      expect(await world.call('DELETE', path, undefined, elsewhere)).toMatchObject({
        ...{ status: 403, body: { code: 'other-metro' } },
      });
      expect((await world.call('DELETE', path)).status).toBe(204);
      expect(await owed(who)).toEqual([]);
    }
  });
  it('is owed all at once where the card asks for its owner, who is in front of a fridge', async () => {
    const who = await customer('pm_card_threeDSecure2Required');
    const { id, settle } = await door(who);
    await world.becomes(id, 'CANCELLED');
    await settle(2);
    await until(`${who} owes`, async () => (await owed(who)).length === 1, patient);
    expect(await owed(who)).toEqual([{ payment_id: id, amount: 17, currency }]);
    const { body } = await world.call(
      'POST',
      `/api/v1/payments/${id}/settlement`,
      { confirms: 'CLIENT' },
      { ...world.buyer(who), headers: world.once() },
    );
    await world.confirm(body.id, 'pm_card_threeDSecure2Required');
    await world.becomes(body.id, 'REQUIRES_ACTION');
    await world.authenticate(body.id);
    await world.becomes(body.id, 'SUCCEEDED');
    expect(await owed(who)).toEqual([]);
  });
  it('is owed no longer what was paid afterwards', async () => {
    const who = await customer(null);
    const { id, settle } = await door(who);
    await settle(1);
    await until(`${who} owes`, async () => (await owed(who)).length === 1, patient);
    const asked = { metro: 'sfo', customer_id: who, amount: 8.5, currency, settles: id };
    const caller = { ...world.peer, headers: world.once() };
    const { body } = await world.call('POST', '/api/v1/payments', asked, caller);
    await world.confirm(body.id);
    await world.becomes(body.id, 'SUCCEEDED');
    expect(await owed(who)).toEqual([]);
  });
  it('is settled while Stripe is away, and paid once it is there', async () => {
    world.stripe.behave({ down: 1 });
    const { id, settle } = await (async () => {
      world.stripe.behave({});
      const who = await customer();
      world.stripe.behave({ down: 1 });
      return door(who);
    })();
    await settle(1);
    await until(
      'it is to be taken',
      async () => (await world.story(id)).includes('PaymentCaptureRequested'),
      patient,
    );
    expect(intentOf(id)).toEqual([]);
    world.stripe.behave({});
    await world.becomes(id, 'SUCCEEDED');
    expect(intentOf(id)).toMatchObject([{ amount_received: 850 }]);
  });
  it('of which a meal is given back costs so much less', async () => {
    const who = await customer();
    const { id, settle } = await door(who);
    await world.becomes(id, 'AUTHORISED');
    await settle(2);
    await world.becomes(id, 'SUCCEEDED');
    const mealId = newId();
    const meal = { mealId, lotId: 'l1', sku: 'dal', fridgeId: 'fr_1', customerId: who, price: 850, currency };
    const sessionId = id.replace('pay_', '');
    await world.say('MealSold', mealId, { ...meal, soldAt: noon, sessionId, verdict: null });
    await world.say('MealRefunded', mealId, { ...meal, reason: 'cold', refundedAt: noon });
    await until(
      'it is back',
      async () => (await world.payment(id)).refunds[0]?.status === 'SUCCEEDED',
      patient,
    );
    expect((await world.payment(id)).refundable).toBe(8.5);
  });
  it('of which a meal is given back gives nothing back that a bank has taken back already', async () => {
    const who = await customer();
    const { id, settle } = await door(who);
    await world.becomes(id, 'AUTHORISED');
    await settle(1);
    await world.becomes(id, 'SUCCEEDED');
    const [{ id: payment_intent = '' } = {}] = intentOf(id);
    await fetch(`${world.stripe.url}/v1/_disputes`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ payment_intent }),
    });
    const quarrel = async () => (await world.payment(id)).disputes[0];
    await until('it is disputed', async () => (await quarrel())?.status === 'OPEN', patient);
    const mealId = newId();
    const meal = { mealId, lotId: 'l1', sku: 'dal', fridgeId: 'fr_1', customerId: who, price: 850, currency };
    const sessionId = id.replace('pay_', '');
    await world.say('MealSold', mealId, { ...meal, soldAt: noon, sessionId, verdict: null });
    await world.say('MealRefunded', mealId, { ...meal, reason: 'cold', refundedAt: noon });
    const waiting = async (more = '') => {
      const { rowCount } = await world.payments.deps.pool.query(
        `select from graphile_worker._private_jobs where key = $1 ${more}`,
        [`refund-meal:${mealId}`],
      );
      return rowCount === 1;
    };
    await until(
      'it waits for the bank',
      () => waiting(`and payload->>'error' like '%not paid yet%'`),
      patient,
    );
    world.stripe.stripe.end((await quarrel()).id, false);
    await until('it is lost', async () => (await quarrel()).status === 'LOST', patient);
    await world.payments.deps.pool.query(
      `update graphile_worker._private_jobs set run_at = now() where key = $1`,
      [`refund-meal:${mealId}`],
    );
    await until('nothing waits any more', async () => !(await waiting()), patient);
    expect((await world.payment(id)).refunds).toEqual([]);
  });
  it('of which meals are given back takes from what is owed first, and from what was taken only the rest', async () => {
    const who = await customer();
    const { id, settle } = await door(who, 4);
    await world.becomes(id, 'AUTHORISED');
    await settle(4);
    await world.becomes(id, 'SUCCEEDED');
    // Of 34.00, 25.00 were held: 9.00 are owed.
    expect(await owed(who)).toEqual([{ payment_id: id, amount: 9, currency }]);
    const sessionId = id.replace('pay_', '');
    const meals = [newId(), newId()];
    for (const mealId of meals) {
      const meal = {
        mealId,
        lotId: 'l1',
        sku: 'dal',
        fridgeId: 'fr_1',
        customerId: who,
        price: 850,
        currency,
      };
      await world.say('MealSold', mealId, { ...meal, soldAt: noon, sessionId, verdict: null });
      await world.say('MealRefunded', mealId, { ...meal, reason: 'cold', refundedAt: noon });
    }
    await until(
      'both are back',
      async () => {
        const { refunds } = await world.payment(id);
        return refunds[0]?.status === 'SUCCEEDED' && (await owed(who)).length === 0;
      },
      patient,
    );
    // 17.00 in all: 9.00 of the debt and 8.00 of the hold, whichever came first.
    const { refunds } = await world.payment(id);
    expect(refunds.map(({ amount }: { amount: number }) => amount)).toEqual([8]);
    expect((await world.payment(id)).refundable).toBe(17);
  });
  it('is paid by whoever owes, once however often they ask', async () => {
    const who = await customer(null);
    const { id, settle } = await door(who);
    await settle(1);
    await until(`${who} owes`, async () => (await owed(who)).length === 1, patient);
    const pay = (confirms: 'CLIENT' | 'SERVER') =>
      world.call(
        'POST',
        `/api/v1/payments/${id}/settlement`,
        { confirms },
        { ...world.buyer(who), headers: world.once() },
      );
    expect(await pay('SERVER')).toMatchObject({ status: 409, body: { code: 'no-payment-method' } });
    const [first, second] = [await pay('CLIENT'), await pay('CLIENT')];
    expect(first).toMatchObject({ status: 201, body: { due: 8.5, client_secret: expect.any(String) } });
    expect(second.body.id).toBe(first.body.id);
    await world.confirm(first.body.id);
    await world.becomes(first.body.id, 'SUCCEEDED');
    await until('nothing is owed', async () => (await owed(who)).length === 0, patient);
    expect(await pay('CLIENT')).toMatchObject({ status: 404, body: { code: 'receivable-unknown' } });
    const others = { ...world.buyer(newId('cus')), headers: world.once() };
    expect((await world.call('POST', `/api/v1/payments/${id}/settlement`, {}, others)).status).toBe(404);
  });
  it('that opened late and is settled by proof, its hold let go, asks the same card again', async () => {
    const who = await customer();
    const { id, settle, fail } = await door(who);
    await world.becomes(id, 'AUTHORISED');
    await fail('NOT_OPENED');
    await world.becomes(id, 'CANCELLED');
    await settle(2);
    await world.becomes(`${id}_s1`, 'SUCCEEDED');
    expect(intentOf(`${id}_s1`)).toMatchObject([{ amount_received: 1700 }]);
    expect(intentOf(id)).toMatchObject([{ amount_received: 0 }]);
    await until('nothing is owed', async () => (await owed(who)).length === 0, patient);
  });
  it('is not needed: what was sold outside any session is charged by itself, once', async () => {
    const who = await customer();
    const seen = { temperatureSafe: true, policy: null };
    const sold = (verdict: (typeof seen & { offline: boolean }) | null, sessionId: string | null = null) => ({
      ...{ mealId: newId(), lotId: 'l1', sku: 'dal', fridgeId: 'fr_1', customerId: who },
      ...{ price: 850, currency, soldAt: noon, sessionId, verdict },
    });
    const alone = sold({ ...seen, offline: false });
    const paidElsewhere = [
      sold({ ...seen, offline: true }),
      sold(null),
      sold({ ...seen, offline: false }, newId()),
    ];
    for (const meal of [...paidElsewhere, alone, alone]) await world.say('MealSold', meal.mealId, meal);
    await world.becomes(`pay_${alone.mealId}`, 'SUCCEEDED');
    expect(intentOf(`pay_${alone.mealId}`)).toMatchObject([{ amount_received: 850 }]);
    for (const { mealId } of paidElsewhere) expect(await world.story(`pay_${mealId}`)).toEqual([]);
  });
  it('that opened for staff costs nobody anything', async () => {
    const sessionId = newId();
    const about = { sessionId, fridgeId: 'fr_1', customerId: null };
    await world.say('DoorSessionStarted', sessionId, {
      ...{ ...about, door: '1', kind: 'STAFF', commandId: newId(), nonce: 'n', startedAt: Date.now() },
      prices: [{ mealId: newId(), sku: 'dal', price: 850, currency }],
      expiresAt: Date.now() + 10_000,
    });
    await world.say('DoorSessionSettled', sessionId, {
      ...{ ...about, basket: [{ mealId: newId(), price: 850, currency }], unpriced: [], added: [] },
      ...{ closedAt: noon, settledAt: noon },
    });
    const { id } = await door(await customer());
    await world.becomes(id, 'AUTHORISED');
    expect(await world.story(`pay_${sessionId}`)).toEqual([]);
    expect(intentOf(`pay_${sessionId}`)).toEqual([]);
  });
  it('that sold by itself charges each meal of it', async () => {
    const who = await customer();
    const mealId = newId();
    const sale = { fridgeId: 'fr_1', mealId, customerId: who, price: 850, currency };
    const judged = { policy: null, policyAgeMillis: null, broken: [], soldAt: noon };
    await world.say('OfflineSaleReconciled', 'fr_1', { ...sale, ...judged, charged: true });
    expect(await world.becomes(`pay_${mealId}`, 'SUCCEEDED')).toMatchObject({ captured: 8.5 });
  });
});
