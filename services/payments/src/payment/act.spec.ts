import { isRefusal } from '@dabba/event-store';
import { describe, expect, it } from 'vitest';
import { allowanceRef, usedIn } from '../allowance/allowance.ts';
import { decideAllowance } from '../allowance/decide.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { Memory } from '../spec/memory.ts';
import { act } from './act.ts';
import type { PaymentCommand } from './decide.ts';
import { type PaymentEvent, paymentRef } from './payment.ts';
import {
  amending,
  authorised,
  cancelled,
  created,
  ending,
  holdRequested,
  noon,
  paymentId,
  refundAsked,
  requested,
  succeeded,
  wanted,
  wish,
} from './samples.ts';

const customerId = 'c1';
const place = { paymentId, metro: 'sfo', customerId };
const period = '2026-11-21';
type Told<C> = C extends unknown ? Omit<C, 'paymentId' | 'now'> : never;

/** What was, and what is done then. */
function world(history: readonly PaymentEvent[] = []) {
  const unit = new Memory();
  unit.append(paymentRef(paymentId, 'sfo'), history);
  const allowance = allowanceRef(customerId, 'sfo');
  const payer = payerRef(customerId, 'sfo');
  return {
    unit,
    tasks: () => unit.tasks.map(({ task, cancel }) => (cancel ? `no ${task}` : task)),
    used: () => {
      const { state } = unit.load(allowance);
      return state && usedIn(state, period);
    },
    owed: () => unit.load(payer).state.owed,
    grants(used: number) {
      const about = { customerId, now: noon, currency: 'USD' } as const;
      for (const command of [
        { do: 'grant', allowance: 500, period: 'DAY', ...about },
        { do: 'use', paymentId, period, amount: used, ...about },
      ] as const)
        unit.append(allowance, decideAllowance(unit.load(allowance).state, command));
    },
    owes(debt: string, amount: number) {
      const about = { paymentId: debt, sessionId: 's1', amount, currency: 'USD', reason: 'NO_METHOD' };
      const decided = decidePayer(unit.load(payer).state, { do: 'owe', customerId, now: noon, ...about });
      if (!isRefusal(decided)) unit.append(payer, decided);
    },
    act: (command: Told<PaymentCommand>) => act(unit, place, { ...command, paymentId, now: noon }),
  };
}

describe('S2-PAY-03 a subsidy', () => {
  const cancel = { do: 'cancel', reason: 'CANCELLED' } as const;
  it('of what is called off is there again, in its own period', () => {
    const asked = world([requested()]);
    asked.grants(500);
    expect(asked.used()).toBe(500);
    asked.act(cancel);
    expect(asked.used()).toBe(0);
    asked.act(cancel);
    expect(asked.unit.events.filter(({ type }) => type === 'SubsidyReturned')).toHaveLength(1);
  });
  it('of what is given back is there again, as much of it as went back', () => {
    const paid = world([requested(), created(), succeeded()]);
    paid.grants(500);
    paid.act({ do: 'refund', refundId: 'ref_1', amount: 1142, reason: 'cold' });
    expect(paid.used()).toBe(400);
    paid.act(cancel);
    expect(paid.used()).toBe(0);
  });
});

describe('S0-INV-05 what is owed', () => {
  const held = [holdRequested(), created(true), authorised()];
  const capture = { do: 'capture', amount: 850 } as const;
  it('for a good hold that was let go is asked of its card again', () => {
    const gone = world([...held, ending('NOTHING_TAKEN', true), cancelled('NOTHING_TAKEN', true)]);
    gone.act(capture);
    expect(gone.owed()).toMatchObject({ [paymentId]: { amount: 850 } });
    expect(gone.tasks()).toEqual(['collect-debt']);
    gone.act(capture);
    expect(gone.tasks()).toEqual(['collect-debt']);
  });
  it('for a card that was declined is not', () => {
    const bad = world([holdRequested(), created(true), cancelled('DECLINED', true)]);
    bad.act(capture);
    expect(bad.owed()).toMatchObject({ [paymentId]: { amount: 850 } });
    expect(bad.tasks()).toEqual([]);
  });
  it('is owed no longer once the payment that was made for it is paid', () => {
    const other = { orderId: null, subsidy: 0, subsidyPeriod: null, amount: 850, settles: 'pay_old' };
    const debt = world([requested(other), created()]);
    debt.owes('pay_old', 850);
    const intent = {
      id: 'pi_1',
      provider: 'stripe',
      paymentId,
      status: 'succeeded',
      approved: null,
      currency: 'USD',
      amount: 850,
    } as const;
    const whole = { capturable: 0, received: 850, clientSecret: null, chargeId: 'ch_1', captureBefore: null };
    debt.act({ do: 'observe', intent: { ...intent, ...whole, decline: null, refunds: [], disputes: [] } });
    expect(debt.owed()).toEqual({});
  });
});

describe('T1 what is to be done outside is a task of the same transaction', () => {
  const expected: [string, readonly PaymentEvent[], Told<PaymentCommand>, readonly string[]][] = [
    ['asked for', [], { do: 'request', wish: wish() }, ['create-intent', 'expire-payment']],
    ['paid by the company alone', [], { do: 'request', wish: wish({ subsidy: 1542 }) }, []],
    [
      'handed to another provider, and closed at the first',
      [requested()],
      { do: 'fail-over', from: 'stripe', to: 'spare', method: null, customer: null },
      ['create-intent', 'close-intent'],
    ],
    ['called off', [requested(), created()], { do: 'cancel', reason: 'CANCELLED' }, ['close-intent']],
    [
      'called off while an intent may be under way',
      [requested()],
      { do: 'cancel', reason: 'CANCELLED' },
      ['no expire-payment', 'close-intent'],
    ],
    [
      'given back',
      [requested(), created(), succeeded()],
      { do: 'cancel', reason: 'CANCELLED' },
      ['refund-payment'],
    ],
    [
      'given back to the company alone',
      [requested({ subsidy: 1542 }), succeeded(0, 1542)],
      { do: 'cancel', reason: 'CANCELLED' },
      [],
    ],
    [
      'taken of a hold',
      [holdRequested(), created(true), authorised()],
      { do: 'capture', amount: 850 },
      ['capture-payment'],
    ],
    ['to ask for another sum', [requested(), created()], { do: 'amend', amount: 1700 }, ['amend-intent']],
    ['to ask for another sum, before anybody knows of it', [requested()], { do: 'amend', amount: 1700 }, []],
    [
      'wanted of a hold that is not there yet',
      [holdRequested(), created(true)],
      { do: 'capture', amount: 850 },
      [],
    ],
  ];
  it.each(expected)('%s', (_, history, command, tasks) => {
    const asked = world(history);
    asked.act(command);
    expect(asked.tasks()).toEqual(tasks);
  });

  const intent = {
    ...{ id: 'pi_1', provider: 'stripe', paymentId, currency: 'USD', capturable: 2000, received: 0 },
    ...{ clientSecret: null, chargeId: null, captureBefore: null, decline: null, refunds: [], disputes: [] },
    ...{ amount: 1042, approved: null },
  } as const;
  const seen: [
    string,
    readonly PaymentEvent[],
    'requires_confirmation' | 'requires_capture' | 'succeeded',
    readonly string[],
  ][] = [
    ['paid, so that it never expires', [requested(), created()], 'succeeded', ['no expire-payment']],
    ['confirmed by us', [holdRequested()], 'requires_confirmation', ['confirm-intent']],
    ['not confirmed by us', [requested()], 'requires_confirmation', []],
    [
      'made for another sum than it is to ask for by now',
      [requested(), amending(1700)],
      'requires_confirmation',
      ['amend-intent'],
    ],
    [
      'made though it was called off',
      [requested(), cancelled('CANCELLED')],
      'requires_confirmation',
      ['close-intent'],
    ],
    ['held, and nobody knows yet what for', [holdRequested(), created(true)], 'requires_capture', []],
    [
      'held and wanted',
      [holdRequested(), created(true), wanted(850)],
      'requires_capture',
      ['capture-payment'],
    ],
    [
      'held though it was called off',
      [holdRequested(), created(true), ending('NOTHING_TAKEN', true)],
      'requires_capture',
      ['close-intent'],
    ],
  ];
  it.each(seen)('an intent that is %s', (_, history, status, tasks) => {
    const told = world(history);
    told.act({ do: 'observe', intent: { ...intent, status } });
    expect(told.tasks()).toEqual(tasks);
  });
  it('X-06 an intent that its payer agreed to, and we are to take', () => {
    const told = world([requested(), created()]);
    told.act({ do: 'observe', intent: { ...intent, status: 'requires_confirmation', approved: 'STANDING' } });
    expect(told.tasks()).toEqual(['confirm-intent']);
  });
});

it('S2-PAY-04 another provider charges by what it knows itself', () => {
  const handed = world([requested({ paymentMethod: 'pm_1', providerCustomer: 'cus_1' })]);
  handed.act({ do: 'fail-over', from: 'stripe', to: 'spare', method: 'pm_2', customer: 'cus_2' });
  expect(handed.unit.load(paymentRef(paymentId, 'sfo')).state).toMatchObject({
    ...{ provider: 'spare', paymentMethod: 'pm_2', providerCustomer: 'cus_2' },
  });
});

it('what went back does not go back again', () => {
  const back = world([requested(), created(), succeeded(), refundAsked('ref_1', 1042, 500)]);
  back.act({ do: 'cancel', reason: 'CANCELLED' });
  expect(back.tasks()).toEqual([]);
});
