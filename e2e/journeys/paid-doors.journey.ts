import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { lookForCardData } from '@dabba/testing/card-data';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { confirmAt } from '../simulators/stripe/app.ts';
import { type Doors, doorsOf } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { lassis, ordersOf, type PaymentView } from './support/orders.ts';
import { patient } from './support/patient.ts';
import { openTown, type Town } from './support/town.ts';

let town: Town;
let orders: ReturnType<typeof ordersOf>;
let kitchen: ReturnType<typeof kitchenOf>;
let doors: Doors;
let fridge: Fridge;
beforeAll(async () => {
  town = await openTown({
    // What is not written down cannot be found.
    LOG_LEVEL: 'debug',
    SESSION_LIMIT: '100',
    OFFLINE_ROUND_MS: '1000',
    PAYMENT_SETTLE_MS: '1000',
    PAYMENT_RECONCILE_MS: '500',
  });
  orders = ordersOf(town);
  kitchen = kitchenOf(town);
  doors = doorsOf(town, 'fr_sfo_01');
  fridge = town.fridge('fr_sfo_01');
  fridge.reconnect();
  fridge.heartbeat(4);
  await fridge.drained();
});
afterAll(async () => {
  fridge?.disconnect();
  await town?.close();
});

/** The payment of a door session, once it is so. */
const payment = (sessionId: string, status: string) =>
  until(
    `the payment of ${sessionId} is ${status}`,
    async () => {
      const { body } = await town.as('ops_sfo').get<PaymentView>(`/api/v1/payments/pay_${sessionId}`);
      return body.status === status && body;
    },
    patient,
  );
const visit = async (login: string, taken: readonly string[]) => {
  fridge.onOpen(() => ({ taken: [...taken] }));
  const { id, prices } = await doors.opened(login);
  const { basket } = await doors.settled(login, id);
  expect(basket.map(({ meal_id }) => meal_id).sort()).toEqual([...taken].sort());
  return { id, amount: basket.reduce((total, { price }) => total + price.amount, 0), prices };
};

interface Debt {
  payment_id: string;
  amount: number;
}
/** What somebody owes, once it is so many sums. */
const debts = (login: string, count: number) =>
  until(
    `${login} owes ${count}`,
    async () => {
      const { body } = await town.as(login).get<{ owed: Debt[] }>('/api/v1/payment-methods');
      return body.owed.length === count && body.owed;
    },
    patient,
  );

describe('S0-INV-05 what went out of a fridge', () => {
  it('is held when the door opens and taken once, for the meals that went', async () => {
    const [one = '', two = ''] = await doors.stocked(fridge, kitchen, 3);
    const { id, amount } = await visit('cus_sfo_002', [one, two]);
    expect(amount).toBeGreaterThan(0);
    expect(await payment(id, 'SUCCEEDED')).toMatchObject({ captured: amount / 100, refunds: [] });
    expect(await orders.atStripe(`pay_${id}`)).toMatchObject({
      status: 'succeeded',
      captured: amount,
      charges: 1,
      authorised: amount,
    });
  });

  it('costs nothing, and holds nothing, when nothing did', async () => {
    const { id } = await visit('cus_sfo_003', []);
    expect(await payment(id, 'CANCELLED')).toMatchObject({ captured: 0 });
    expect(await orders.atStripe(`pay_${id}`)).toMatchObject({ captured: 0, authorised: 0, charges: 0 });
  });

  it('is owed where the card is declined: the next door stays shut until it is paid or written off', async () => {
    const customer = town.as('cus_sfo_004');
    const saved = await customer.put('/api/v1/payment-methods', {
      payment_method_id: 'pm_card_visa_chargeDeclined',
    });
    expect(saved.status).toBe(200);
    const [meal = ''] = await doors.stocked(fridge, kitchen, 1);
    const { id, amount } = await visit('cus_sfo_004', [meal]);
    expect(await debts('cus_sfo_004', 1)).toMatchObject([{ payment_id: `pay_${id}`, amount: amount / 100 }]);
    fridge.onOpen(() => ({}));
    await until(
      'no door opens for who owes',
      async () => {
        const { status, body } = await doors.open('cus_sfo_004');
        if (status === 201) await doors.settled('cus_sfo_004', body.id);
        return status === 403 && body.code === 'unpaid';
      },
      patient,
    );
    await doors.settled('cus_sfo_005', (await doors.opened('cus_sfo_005')).id);
    const debt = `/api/v1/customers/cus_sfo_004/receivables/pay_${id}`;
    expect((await town.as('ops_sfo').delete(debt)).status).toBe(204);
    await doors.settled('cus_sfo_004', (await doors.opened('cus_sfo_004')).id);
  });
});

it('S0-INV-05 S0-INV-07 who owes gets nothing from a fridge that is alone either, pays, and is sold to and charged', async () => {
  const login = 'cus_sfo_004';
  const customer = town.as(login);
  const [taken = ''] = await doors.stocked(fridge, kitchen, 1);
  const { id } = await visit(login, [taken]);
  await debts(login, 1);
  await until(
    'fridges are to hear of it',
    async () => {
      const { body } = await town
        .as('ops_sfo')
        .get<{ items: { customer_id: string }[] }>('/api/v1/offline/denied');
      return body.items.some(({ customer_id }) => customer_id === login);
    },
    patient,
  );

  const policyKeys: JSONWebKeySet = JSON.parse(await (await fetch(`${town.url}/api/v1/offline/keys`)).text());
  const lonely = town.fridge('fr_sfo_02', { policyKeys });
  lonely.reconnect();
  lonely.heartbeat(4);
  const [meal = ''] = await doorsOf(town, 'fr_sfo_02').stocked(lonely, kitchen, 1);
  const told = (answer: string) =>
    until(
      `a fridge without a network answers ${answer}`,
      async () => {
        lonely.disconnect();
        const served = await lonely.serve(await town.tokenOf(login), [meal], { taken: [meal] });
        if ((served.open ? 'open' : served.because) === answer) return true;
        expect(served.open).toBe(false);
        lonely.reconnect();
        lonely.heartbeat(4);
        return false;
      },
      { ...patient, every: 1_000 },
    );
  await told('customer-denied');
  lonely.reconnect();

  expect((await customer.put('/api/v1/payment-methods', { payment_method_id: 'pm_card_visa' })).status).toBe(
    200,
  );
  const { status, body } = await customer.post<{ id: string; client_secret: string }>(
    `/api/v1/payments/pay_${id}/settlement`,
    { confirms: 'CLIENT' },
    { 'idempotency-key': newId() },
  );
  expect(status).toBe(201);
  expect(await confirmAt(town.stripe.url, body.client_secret, 'pm_card_visa')).toBe('succeeded');
  await debts(login, 0);
  await told('open');
  lonely.reconnect();
  await lonely.drained();
  const { price } = await kitchen.becomes(meal, 'SOLD');
  expect(await payment(meal, 'SUCCEEDED')).toMatchObject({ captured: (price?.amount ?? 0) / 100 });
  lonely.disconnect();
});

it('S0-INV-05 in the end nothing differs between the books, Stripe and the meals that were sold', async () => {
  interface Report {
    accounts: { balance: number }[];
    days: { meals: number }[];
    unexplained: number;
  }
  const report = await until(
    'the five meals are compared',
    async () => {
      const { body } = await town.as('ops_sfo').get<Report>('/api/v1/reconciliation');
      return body.days.reduce((total, { meals }) => total + meals, 0) === 5 && body;
    },
    patient,
  );
  expect(report.unexplained, JSON.stringify(report)).toBe(0);
  expect(report.accounts.reduce((total, { balance }) => total + Math.round(balance * 100), 0)).toBe(0);
});

describe('S1-SEC-05 S2-PAY-05 numbers of cards', () => {
  /** As an app does: a number is given to nobody but the provider. */
  async function tokenOf(number: string): Promise<string> {
    const response = await fetch(`${town.stripe.url}/v1/payment_methods`, {
      method: 'POST',
      headers: { authorization: 'Bearer pk_test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ type: 'card', 'card[number]': number, 'card[cvc]': '737' }),
    });
    const { id }: { id: string } = JSON.parse(await response.text());
    return id;
  }
  const cards = { good: '4242424242424242', bad: '4000000000000002', disputed: '4000000000000259' };

  it('are in no database, no topic and no log once they were used for orders, a refund and a dispute', async () => {
    const [good, bad, disputed] = await Promise.all([cards.good, cards.bad, cards.disputed].map(tokenOf));
    const login = 'cus_sfo_006';
    const eaten = await orders.placed(login, lassis(1));
    expect(await orders.confirm(login, eaten.id, bad)).toBe('card_declined');
    expect(await orders.confirm(login, eaten.id, good)).toBe('succeeded');
    await orders.becomes(eaten.id, 'CONFIRMED');
    const quarrel = await orders.placed('cus_sfo_007', lassis(1));
    expect(await orders.confirm('cus_sfo_007', quarrel.id, disputed)).toBe('succeeded');
    const back = { amount: 1, reason: 'COLD_FOOD' };
    const headers = { 'idempotency-key': newId() };
    const given = await town
      .as('ops_sfo')
      .post(`/api/v1/payments/${eaten.payment.id}/refunds`, back, headers);
    expect(given.status).toBeLessThan(300);
    await until(
      'one is given back and one is disputed',
      async () => {
        const { refunds } = await orders.payment(eaten.id);
        const { disputes } = await orders.payment(quarrel.id);
        return refunds.some(({ status }) => status === 'SUCCEEDED') && disputes.length > 0;
      },
      patient,
    );
    // Where a token belongs, a number is refused and forgotten.
    const careless = [
      town.as(login).put('/api/v1/payment-methods', { payment_method_id: cards.good }),
      orders.place(login, { ...lassis(1), payment_method_id: cards.good }),
    ];
    for (const { status } of await Promise.all(careless)) expect([400, 422]).toContain(status);

    const stores = town.stores();
    const databases = stores.map(([, { deps }]) => deps.pool.options.connectionString ?? '');
    const looked = await lookForCardData({ databases, kafka: town.kafka, logs: [], lines: town.log });
    expect(looked.found).toEqual([]);
    expect(stores.map(([name]) => name)).toEqual(expect.arrayContaining(['identity', 'receipts', 'kitchen']));
    expect(looked.rows).toBeGreaterThan(1_000);
    expect(looked.records).toBeGreaterThan(200);
    expect(looked.lines).toBeGreaterThan(100);

    // Whatever of them kept one would have been found.
    for (const [, { deps }] of stores)
      await deps.pool.query('create table careless as select $1::jsonb as note', [{ card: cards.good }]);
    const lines = [`paid by ${cards.good}`];
    const { found } = await lookForCardData({ databases, kafka: town.kafka, topics: [], logs: [], lines });
    expect(found.map(({ where }) => where.replace(/^\S+ /, ''))).toEqual([
      ...stores.map(() => 'public.careless'),
      'log',
    ]);
  });
});
