import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { type Doors, doorsOf } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { ordersOf, type PaymentView } from './support/orders.ts';
import { openTown, type Town } from './support/town.ts';

/** Others may be using the machine. */
const patient = { within: 45_000, every: 50 };

let town: Town;
let orders: ReturnType<typeof ordersOf>;
let kitchen: ReturnType<typeof kitchenOf>;
let doors: Doors;
let fridge: Fridge;
beforeAll(async () => {
  town = await openTown({
    SESSION_LIMIT: '100',
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
    interface Methods {
      owed: { payment_id: string; amount: number }[];
    }
    const { owed } = await until(
      'it is owed',
      async () => {
        const { body } = await customer.get<Methods>('/api/v1/payment-methods');
        return body.owed.length > 0 && body;
      },
      patient,
    );
    expect(owed).toMatchObject([{ payment_id: `pay_${id}`, amount: amount / 100 }]);
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

it('S0-INV-05 in the end nothing differs between the books, Stripe and the meals that were sold', async () => {
  interface Report {
    accounts: { balance: number }[];
    days: { meals: number }[];
    unexplained: number;
  }
  const report = await until(
    'the three meals are compared',
    async () => {
      const { body } = await town.as('ops_sfo').get<Report>('/api/v1/reconciliation');
      return body.days.reduce((total, { meals }) => total + meals, 0) === 3 && body;
    },
    patient,
  );
  expect(report.unexplained, JSON.stringify(report)).toBe(0);
  expect(report.accounts.reduce((total, { balance }) => total + Math.round(balance * 100), 0)).toBe(0);
});
