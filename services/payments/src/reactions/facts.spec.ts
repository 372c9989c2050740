import { type Event, type EventMeta, type Events, loadRegion } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Response } from '@dabba/projections';
import { orderPlaced } from '@dabba/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { allowanceRef } from '../allowance/allowance.ts';
import { decideAllowance } from '../allowance/decide.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { paymentRef } from '../payment/payment.ts';
import { Memory } from '../spec/memory.ts';
import { onDoors } from './on-doors.ts';
import { onMeals } from './on-meals.ts';
import { onOrders } from './on-orders.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const [patience, hold] = [86_400_000, 2_500];
const settings = { hold, holdPatience: patience, poll: 0, sweep: 0, reconcile: 0, settle: 0 };
const meta: EventMeta = {
  ...{
    id: 'e',
    source: 's',
    stream: 'x',
    streamType: 'x',
    version: 1,
    position: 1,
    metro: 'sfo',
    time: noon,
  },
};
const customerId = 'c1';

let unit: Memory;
const told = (response: Response | undefined) =>
  response?.decide(unit, { actor: 'reaction', now: noon + 60_000 });
const payment = (id: string) => unit.load(paymentRef(id, 'sfo')).state;
const owed = () => unit.load(payerRef(customerId, 'sfo')).state.owed;
function has(method: string | null, customer: string | null = null): void {
  if (method === null) return;
  const saved = { method, customer };
  const command = { do: 'save-method', customerId, provider: 'stripe', saved, now: noon } as const;
  const events = decidePayer(unit.load(payerRef(customerId, 'sfo')).state, command);
  if (!isRefusal(events)) unit.append(payerRef(customerId, 'sfo'), events);
}
beforeEach(() => {
  unit = new Memory();
});

describe('what a fridge sells outside any session', () => {
  const { on } = onMeals('stripe', settings);
  const sold = (change: Partial<Events['MealSold']> = {}): Event<'MealSold'> => ({
    type: 'MealSold',
    data: {
      ...{ mealId: 'meal_1', lotId: 'lot_1', sku: 'dal', fridgeId: 'fr_1', customerId, price: 850 },
      ...{ currency: 'USD', soldAt: noon, sessionId: null },
      verdict: { offline: false, temperatureSafe: true, policy: null },
      ...change,
    },
  });
  const tell = (change?: Partial<Events['MealSold']>) => told(on.MealSold?.({ ...sold(change), meta }));

  it('S0-INV-05 is charged by itself, once', () => {
    has('pm_1');
    tell();
    tell();
    expect(payment('pay_1')).toMatchObject({ due: 850, captures: 'AUTOMATIC', confirms: 'SERVER' });
    expect(payment('pay_1')?.expiresAt).toBe(noon + 60_000 + patience);
    expect(unit.events.filter(({ type }) => type === 'PaymentRequested')).toHaveLength(1);
  });
  it('S0-INV-05 is owed by whoever has nothing to be charged by, once, and stays with what it was asked by', () => {
    tell();
    tell();
    expect(owed()).toMatchObject({ pay_1: { amount: 850 } });
    has('pm_1');
    tell();
    expect(payment('pay_1')).toBeNull();
  });
  it.each([
    ['a session pays for it', { sessionId: 'ses_1' }],
    [
      'it was sold offline, which is compared first',
      { verdict: { offline: true, temperatureSafe: true, policy: '1' } },
    ],
    ['it was sold before sales were looked at', { verdict: null }],
    ['it is a gift', { price: 0 }],
  ])('is not charged here where %s', (_, change) => {
    has('pm_1');
    tell(change);
    expect(unit.events.map(({ type }) => type)).toEqual(['PaymentMethodSaved']);
  });
  it('S0-STM-01 goes back by a task of its own', () => {
    const { soldAt: _, sessionId: __, verdict: ___, ...meal } = sold().data;
    told(
      on.MealRefunded?.({ type: 'MealRefunded', data: { ...meal, reason: 'COLD', refundedAt: noon }, meta }),
    );
    expect(unit.tasks).toMatchObject([{ task: 'refund-meal', key: 'refund-meal:meal_1' }]);
  });
});

describe('what happens at a door', () => {
  const { on } = onDoors('stripe', settings);
  const about = { sessionId: 'ses_1', fridgeId: 'fr_1', customerId };
  const started = (count: number, who: string | null = customerId) => {
    const prices = Array.from({ length: count }, (_, n) => ({
      ...{ mealId: `meal_${n}`, sku: 'dal', price: 850, currency: 'USD' },
    }));
    const kind = who === null ? ('STAFF' as const) : ('CUSTOMER' as const);
    const asked = { ...about, customerId: who, door: '1', kind, commandId: 'c', nonce: 'n', prices };
    const data = { ...asked, startedAt: noon, expiresAt: noon + 10_000 };
    told(on.DoorSessionStarted?.({ type: 'DoorSessionStarted', data, meta }));
  };
  const failed = (reason: Events['DoorSessionFailed']['reason']) =>
    told(
      on.DoorSessionFailed?.({ type: 'DoorSessionFailed', data: { ...about, reason, failedAt: noon }, meta }),
    );

  it('S0-INV-05 holds what may be taken, up to the limit, from when it was asked for', () => {
    has('pm_1');
    started(2);
    expect(payment('pay_1')).toMatchObject({ due: 1700, captures: 'MANUAL', expiresAt: noon + patience });
  });
  it('S0-INV-05 holds no more than the limit', () => {
    has('pm_1');
    started(9);
    expect(payment('pay_1')).toMatchObject({ due: hold });
  });
  it('holds nothing of staff, nor where there is nothing to take, and nobody owes for an open door', () => {
    has('pm_1');
    started(2, null);
    started(0);
    expect(payment('pay_1')).toBeNull();
    unit = new Memory();
    started(2);
    expect(unit.events).toEqual([]);
  });
  it('B5 lets go when the door stayed shut, and waits where it was open and not heard to be shut', () => {
    has('pm_1');
    started(2);
    failed('NOT_CLOSED');
    expect(payment('pay_1')).toMatchObject({ status: 'REQUESTED' });
    failed('NOT_OPENED');
    expect(payment('pay_1')).toMatchObject({ status: 'CANCELLED', ending: 'NOTHING_TAKEN' });
  });
  it('B5 charges what was sold offline and stands, and not what does not', () => {
    has('pm_1');
    const offline = (charged: boolean) =>
      told(
        on.OfflineSaleReconciled?.({
          type: 'OfflineSaleReconciled',
          data: {
            ...{ fridgeId: 'fr_1', mealId: 'meal_1', customerId, price: 850, currency: 'USD', policy: '1' },
            ...{ policyAgeMillis: 0, broken: [], charged, soldAt: noon },
          },
          meta,
        }),
      );
    offline(false);
    expect(payment('pay_1')).toBeNull();
    offline(true);
    expect(payment('pay_1')).toMatchObject({ due: 850, captures: 'AUTOMATIC' });
  });
});

describe('an order that can be paid for', () => {
  const { on } = onOrders(loadRegion(), 'stripe');
  const ask = (change: Partial<Events['OrderPaymentRequested']> = {}) =>
    told(
      on.OrderPaymentRequested?.({
        type: 'OrderPaymentRequested',
        data: {
          ...{
            orderId: 'ord_1',
            customerId,
            vendorId: 'vnd_1',
            amount: 1542,
            currency: 'USD',
            useSubsidy: true,
          },
          ...{
            paymentMethod: null,
            confirms: 'CLIENT',
            reserved: true,
            payBy: noon + 900_000,
            requestedAt: noon,
          },
          ...change,
        },
        meta,
      }),
    );
  const grant = () => {
    const ref = allowanceRef(customerId, 'sfo');
    const command = {
      do: 'grant',
      customerId,
      allowance: 500,
      currency: 'USD',
      period: 'DAY',
      now: noon,
    } as const;
    unit.append(ref, decideAllowance(unit.load(ref).state, command));
  };

  const place = (change: Partial<Events['OrderPlaced']> = {}) => {
    const data = orderPlaced('ord_1', noon, {
      ...{ customerId, total: 1542, useSubsidy: true, tracked: true, payableUntil: noon + 900_000 },
      ...change,
    });
    return told(on.OrderPlaced?.({ type: 'OrderPlaced', data, meta }));
  };

  it('S2-ORD-11 is made ready while its stock is being held, and is asked for once', () => {
    grant();
    place();
    expect(payment('pay_1')).toMatchObject({ status: 'REQUESTED', due: 1042, expiresAt: noon + 900_000 });
    ask();
    expect(unit.events.filter(({ type }) => type === 'PaymentRequested')).toHaveLength(1);
    expect(unit.events.filter(({ type }) => type === 'SubsidyUsed')).toHaveLength(1);
  });
  it.each([
    ['would be paid at once', { total: 500 }, 'SUCCEEDED'],
    ['nobody has to confirm', { total: 1542, payableUntil: null }, 'REQUESTED'],
  ])('X-07 is not paid before its stock is held, where it %s', (_, change, status) => {
    grant();
    place(change);
    expect(payment('pay_1')).toBeNull();
    expect(unit.events.filter(({ type }) => type !== 'SubsidyGranted')).toEqual([]);
    ask({ amount: change.total });
    expect(payment('pay_1')).toMatchObject({
      subsidy: 500,
      status,
    });
  });
  it('S2-PAY-03 gives its subsidy back where its stock was gone', () => {
    grant();
    place();
    const data = {
      ...{ orderId: 'ord_1', customerId, vendorId: 'vnd_1', was: 'PENDING', reason: 'NO_STOCK' as const },
      ...{ detail: null, cancelledAt: noon },
    };
    told(on.OrderCancelled?.({ type: 'OrderCancelled', data, meta }));
    expect(payment('pay_1')).toMatchObject({ status: 'CANCELLED' });
    expect(unit.events.at(-1)).toMatchObject({ type: 'SubsidyReturned', data: { remaining: 500 } });
  });
  it('S2-PAY-03 is asked to be, less the subsidy, once', () => {
    grant();
    ask();
    ask();
    expect(payment('pay_1')).toMatchObject({
      amount: 1542,
      subsidy: 500,
      due: 1042,
      expiresAt: noon + 900_000,
    });
    expect(unit.events.filter(({ type }) => type === 'SubsidyUsed')).toHaveLength(1);
  });
  it('S2-PAY-03 takes no subsidy for what was asked for before, though some is left', () => {
    grant();
    ask({ amount: 300 });
    ask({ amount: 300 });
    expect(unit.events.filter(({ type }) => type === 'SubsidyUsed')).toHaveLength(1);
  });
  it('S2-PAY-03 leaves a subsidy alone that is not wanted', () => {
    grant();
    ask({ useSubsidy: false });
    expect(payment('pay_1')).toMatchObject({ subsidy: 0, subsidyPeriod: null, due: 1542 });
  });
  it.each([
    ['by what it says', 'pm_1', { paymentMethod: 'pm_2', confirms: 'SERVER' }, ['pm_2', null]],
    [
      'by what it says, which is saved',
      'pm_1',
      { paymentMethod: 'pm_1', confirms: 'SERVER' },
      ['pm_1', 'cus_1'],
    ],
    ['by what is saved, where nobody will be asked', 'pm_1', { confirms: 'SERVER' }, ['pm_1', 'cus_1']],
    ['by what its customer will say', 'pm_1', { confirms: 'CLIENT' }, [null, null]],
  ] as const)('S4-API-02 is paid %s', (_, saved, change, [paymentMethod, providerCustomer]) => {
    has(saved, 'cus_1');
    ask(change);
    expect(payment('pay_1')).toMatchObject({ paymentMethod, providerCustomer });
  });
});
