import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { lookForCardData } from '@dabba/testing/card-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient, World } from '../spec/world.ts';

let world: World;
const lines: string[] = [];
beforeAll(async () => {
  world = await World.open('payments_books', {
    env: { PAYMENT_SETTLE_MS: '1500', PAYMENT_RECONCILE_MS: '500' },
    log: (line) => lines.push(line),
  });
});
afterAll(() => world.close());

const report = async () => (await world.get('/api/v1/reconciliation')).body;
const cents = (accounts: { account: string; balance: number }[], name: string): number =>
  Math.round((accounts.find(({ account }) => account === name)?.balance ?? 0) * 100);
const agrees = async (what: string): Promise<void> => {
  let left: unknown;
  const none = async () => {
    const { differences } = await report();
    left = differences;
    return differences.length === 0;
  };
  await until(what, none, patient).catch((error: unknown) => {
    throw new Error(`${what}, but for ${JSON.stringify(left)}`, { cause: error });
  });
};
const noon = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
/** Yesterday by UTC, and the evening before in San Francisco. */
const evening = Math.floor(Date.now() / day) * day - day + 5 * 3_600_000;

/** As the app does, by the provider's own form. */
async function methodFrom(number: string): Promise<string> {
  const response = await fetch(`${world.stripe.url}/v1/payment_methods`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ type: 'card', 'card[number]': number, 'card[cvc]': '737' }),
  });
  const { id }: { id: string } = JSON.parse(await response.text());
  return id;
}

const cards = [
  '4242424242424242',
  '5555555555554444',
  '4000000000000002',
  '4000000000000259',
  '4000000000005126',
];

async function paidOrder(method: string) {
  const order = await world.order({ confirms: 'SERVER', paymentMethod: method });
  const { id } = order;
  const payment = await until(
    `${id} has an end`,
    async () => {
      const seen = await world.payment(id);
      return (seen.status === 'SUCCEEDED' || seen.status === 'CANCELLED') && seen;
    },
    patient,
  );
  if (payment.status === 'SUCCEEDED')
    await world.say('OrderPaid', order.orderId, {
      ...{ orderId: order.orderId, paymentId: id, captured: 1542, subsidy: 0, paidAt: noon },
    });
  else await world.cancelOrder(order.orderId);
  return order;
}

/** Several waits, each as patient as on a busy machine. */
describe('ledger, provider, orders and meals', { timeout: 200_000 }, () => {
  it('agree to the cent after payments, declines, refunds and disputes', async () => {
    const orders = await Promise.all(cards.map(async (card) => paidOrder(await methodFrom(card))));
    const [first, second] = orders;
    const caller = { headers: world.once() };
    const body = { amount: 3.5, reason: 'COLD_FOOD' };
    await world.call('POST', `/api/v1/payments/${first?.id}/refunds`, body, caller);
    await world.cancelOrder(second?.orderId ?? '');
    await until(
      'what was cancelled is back',
      async () => (await world.payment(second?.id ?? '')).refundable === 0,
      patient,
    );
    const atStripe = async () =>
      JSON.parse(await (await fetch(`${world.stripe.url}/_ledger`)).text()).totals.balance;
    const accounts = await until(
      'our books say what Stripe says',
      async () => {
        const { accounts: all } = await report();
        return cents(all, 'providers') === (await atStripe()) && all;
      },
      patient,
    );
    await until(
      'Stripe was asked about all of it',
      async () => {
        const [seen] = (await report()).provider;
        const { captured = 0, refunded = 0, disputed = 0 } = seen ?? {};
        return Math.round((captured - refunded - disputed) * 100) === (await atStripe());
      },
      patient,
    );
    await agrees('everything agrees');
    const sum = accounts.reduce(
      (all: number, one: { balance: number }) => all + Math.round(one.balance * 100),
      0,
    );
    expect(sum).toBe(0);
  });

  it('S0-INV-05 daily totals of sold meals by the metro’s clock are what was captured and what is owed', async ({
    task,
  }) => {
    // What an earlier attempt sold is of another day.
    const soldAt = evening - (task.result?.retryCount ?? 0) * day;
    const soldOn = new Date(soldAt - day).toISOString().slice(0, 10);
    const who = newId('cus');
    await world.call(
      'PUT',
      '/api/v1/payment-methods',
      { payment_method_id: 'pm_card_visa' },
      world.buyer(who),
    );
    const sessionId = newId();
    const about = { sessionId, fridgeId: 'fr_1', customerId: who };
    const meals = [newId(), newId(), newId(), newId()];
    const price = { price: 850, currency: 'USD' };
    await world.say('DoorSessionStarted', sessionId, {
      ...{ ...about, door: '1', kind: 'CUSTOMER', commandId: 'c', nonce: 'n' },
      prices: meals.map((mealId) => ({ mealId, sku: 'dal', ...price })),
      ...{ startedAt: Date.now(), expiresAt: Date.now() + 10_000 },
    });
    await world.becomes(`pay_${sessionId}`, 'AUTHORISED');
    for (const mealId of meals)
      await world.say('MealSold', mealId, {
        ...{ mealId, lotId: 'l1', sku: 'dal', fridgeId: 'fr_1', customerId: who, ...price },
        ...{ soldAt, sessionId, verdict: null },
      });
    await world.say('DoorSessionSettled', sessionId, {
      ...{ ...about, basket: meals.map((mealId) => ({ mealId, ...price })), unpriced: [], added: [] },
      ...{ closedAt: noon, settledAt: noon },
    });
    await world.becomes(`pay_${sessionId}`, 'SUCCEEDED');
    const told = await until(
      'the day is told',
      async () => {
        const ofDay = (one: { day: string; open: number; owed: number }) =>
          one.day === soldOn && one.owed > 0 && one.open === 0;
        return (await report()).days.find(ofDay);
      },
      patient,
    );
    expect(told).toEqual({
      ...{
        metro: 'sfo',
        day: soldOn,
        currency: 'USD',
        meals: 4,
        sold: 34,
        captured: 25,
        owed: 9,
        open: 0,
        difference: 0,
      },
    });
    await agrees('meals agree');
  });

  it('a difference is found, told once, and gone when it is', async () => {
    const { orderId } = await world.order({ customerId: null });
    await world.say('OrderPaid', orderId, {
      orderId,
      paymentId: 'pay_x',
      captured: 1542,
      subsidy: 0,
      paidAt: noon,
    });
    const [difference] = await until(
      'it is found',
      async () => {
        const { differences } = await report();
        return differences.length > 0 && differences;
      },
      patient,
    );
    expect(difference).toMatchObject({ kind: 'order', expected: 0, found: 15.42 });
    await until('it is told', async () => (await world.story(difference.id)).length > 0, patient);
    await until('two more rounds were made', roundsMade(2), patient);
    expect(await world.story(difference.id)).toEqual(['ReconciliationDiffered']);
    await world.confirm(orderId.replace('ord_', 'pay_'));
    await agrees('it is paid');
  });

  it('S2-ORD-13 what an order gave back is explained, and what it believes to have is found', async () => {
    const { orderId, id } = await paidOrder(await methodFrom('4242424242424242'));
    const about = { orderId, refundId: newId('ref'), customerId: null, vendorId: 'vnd_1', paymentId: id };
    await world.say('OrderRefundRequested', orderId, {
      ...{ ...about, total: 400, currency: 'USD', reason: 'COLD_FOOD', requestedAt: noon },
    });
    await until('it is back', async () => (await world.story(id)).includes('RefundSucceeded'), patient);
    await agrees('the refund is explained');
    const lost = {
      ...{ ...about, refundId: newId('ref'), outletId: 'o', amount: 100, subsidy: 0, tax: 0 },
      ...{ taxJurisdiction: 't', currency: 'USD', reason: null, afterCompletion: true, refundedAt: noon },
    };
    await world.say('OrderRefunded', orderId, lost);
    const found = await until(
      'it is found',
      async () => (await report()).differences.find(({ kind }: { kind: string }) => kind === 'order-refunds'),
      patient,
    );
    expect(found).toMatchObject({ expected: 5, found: 4 });
    await world.say('OrderRefundFailed', orderId, {
      ...{ orderId, refundId: lost.refundId, amount: 100, code: 'no', reversed: true, failedAt: noon },
    });
    await agrees('it is taken back');
  });

  it('money that nobody of ours knows of is found at the provider, though another payment cannot be looked at', async () => {
    const { pool } = world.payments.deps;
    const gone = { payment_id: 'pay_gone', intent_id: 'pi_gone', changed_at: new Date(noon - 365 * day) };
    const { id } = await paidOrder(await methodFrom('4242424242424242'));
    await until('there is one that the provider does not know', async () => {
      const { rowCount } = await pool.query(
        `insert into payment_list select (jsonb_populate_record(p, $1)).* from payment_list p
          where payment_id = $2 and status = 'SUCCEEDED'`,
        [gone, id],
      );
      return rowCount === 1;
    });
    await fetch(`${world.stripe.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ amount: '777', currency: 'usd', payment_method: 'pm_card_visa', confirm: 'true' },
        'metadata[payment_id]': newId('pay'),
      }),
    });
    const found = await until(
      'it is found',
      async () => (await report()).differences.find(({ kind }: { kind: string }) => kind === 'stray'),
      patient,
    );
    expect(found).toMatchObject({ found: 7.77, expected: 0 });
    await until('it is told', async () => (await world.story(found.id)).length > 0, patient);
    await pool.query(`delete from payment_list where payment_id = 'pay_gone'`);
  });
});

/** Whether so many more rounds were made since it was first asked. */
function roundsMade(more: number): () => Promise<boolean> {
  const seen = new Set<number>();
  return async () => {
    const { rows } = await world.payments.deps.pool.query<{ asked_at: Date }>(
      `select asked_at from provider_polls where provider = 'stripe intents'`,
    );
    for (const { asked_at } of rows) seen.add(asked_at.getTime());
    return seen.size > more;
  };
}

describe('S2-PAY-05 S1-SEC-05 a number of a card', { timeout: 200_000 }, () => {
  it('is in no log, no table and no topic', async () => {
    await Promise.all(cards.map(async (card) => paidOrder(await methodFrom(card))));
    await world.call(
      'PUT',
      '/api/v1/payment-methods',
      { payment_method_id: '4242424242424242' },
      world.buyer('cus_1'),
    );
    await world.call(
      'POST',
      '/api/v1/payments',
      { card: { number: cards[0] } },
      { ...world.peer, headers: world.once() },
    );
    const { pool, kafka } = world.payments.deps;
    const look = () =>
      lookForCardData({
        databases: [pool.options.connectionString ?? ''],
        kafka,
        topics: ['payments', 'orders', 'meals', 'fridges'],
        ...{ logs: [], lines },
      });
    const looked = await look();
    expect(looked.found).toEqual([]);
    expect(looked.rows).toBeGreaterThan(20);
    expect(looked.records).toBeGreaterThan(15);
    expect(looked.lines).toBeGreaterThan(0);
    // It would have seen one.
    await pool.query(`create table careless as select $1::bytea as note`, [Buffer.from(`card ${cards[0]}`)]);
    expect((await look()).found).toMatchObject([{ kind: 'number', shown: '4242…42' }]);
  });
});

/** The last: rounds that were made by a clock that is ahead have looked at everything until then. */
describe('a book that was far behind', { timeout: 200_000 }, () => {
  it('T2 what goes back by word that came late is compared with what the provider says of it after that', async () => {
    const [card = ''] = cards;
    // Word of the cancellation will be of minutes ago: whoever reads it was far behind.
    world.clock.ahead = 600_000;
    try {
      const { id, orderId } = await paidOrder(await methodFrom(card));
      const { pool } = world.payments.deps;
      const seen = (after = new Date(0)) =>
        pool.query('select from provider_seen where payment_id = $1 and seen_at > $2', [id, after]);
      await until('Stripe was asked about it', async () => (await seen()).rowCount === 1, patient);
      const { rows } = await pool.query('select seen_at from provider_seen where payment_id = $1', [id]);
      world.clock.ahead = 0;
      await world.cancelOrder(orderId);
      world.clock.ahead = 600_000;
      const back = async () =>
        (await world.payment(id)).refunds.some(({ status }: { status: string }) => status === 'SUCCEEDED');
      await until('it is back', back, patient);
      const again = async () => (await seen(rows[0]?.seen_at)).rowCount === 1;
      await until('Stripe was asked about it again', again, patient);
      const { differences } = await report();
      expect(differences.filter(({ payment_id }: { payment_id: string }) => payment_id === id)).toEqual([]);
    } finally {
      world.clock.ahead = 0;
    }
  });
});
