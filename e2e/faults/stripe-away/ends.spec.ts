import { expect, it } from 'vitest';
import type { FoundOrder } from '../orders/judge.ts';
import { lawfulEnds } from './ends.ts';
import type { Placed } from './patrons.ts';

const clock = { back: 3_600_000, payWithin: 900_000, grace: 30_000, slack: 60_000 };
const found: FoundOrder = {
  ...{ id: 'ord_1', customerId: 'cus_1', status: 'COMPLETED', was: null, reason: null, total: 10.85 },
  ...{ stockItemId: 'naan', quantity: 2, payment: { captured: 10.85, refunded: 0, subsidy: 0 } },
  ...{ provider: { captured: 10.85, back: 0, charges: 1 }, ticket: 'HANDED_OVER', reservation: 'BEGUN' },
};
const timedOut = {
  status: 'CANCELLED',
  reason: 'PAYMENT_TIMED_OUT',
  provider: { captured: 0, back: 0, charges: 0 },
};
const placed: Placed = {
  ...{
    id: 'ord_1',
    itemId: 'itm',
    quantity: 2,
    phase: 'away',
    habit: 'waits',
    at: 3_500_000,
    payment: 'PENDING',
  },
};
const ends = (order: Partial<FoundOrder>, one: Partial<Placed> = {}, accepts = true) =>
  lawfulEnds([{ ...placed, ...one }], [{ ...found, ...order }], () => accepts, clock);

it('S2-PAY-04 whoever had time left when the provider came back gets what they ordered', () => {
  expect(ends({})).toEqual({ ends: { before: {}, away: { COMPLETED: 1 }, after: {} }, wrong: [] });
  expect(ends(timedOut).wrong).toEqual(['ord_1: had time left, and ended PAYMENT_TIMED_OUT']);
  expect(ends({ status: 'CANCELLED', reason: 'KITCHEN_REJECTED' }).wrong).toEqual([]);
  expect(ends({ status: 'CANCELLED', reason: 'TIMED_OUT' }).wrong).toHaveLength(1);
  expect(ends({ status: 'CANCELLED', reason: 'TIMED_OUT' }, {}, false).wrong).toEqual([]);
  expect(ends(timedOut, { habit: 'never pays' }).wrong).toEqual([]);
});

it('whoever had none is told so, and never charged', () => {
  const early = { at: 600_000 };
  expect(ends(timedOut, early).wrong).toEqual([]);
  expect(ends({}, early).wrong).toEqual([
    'ord_1: had no time left, and ended COMPLETED',
    'ord_1: was charged after its time',
  ]);
});

it('nothing is asked of what fell between', () => {
  const between = { at: clock.back - clock.payWithin };
  expect(ends(timedOut, between).wrong).toEqual([]);
  expect(ends({}, between).wrong).toEqual([]);
});

it('a payment cannot be known to a provider that is away', () => {
  const known = { at: 3_000_000, payment: 'REQUIRES_CONFIRMATION' };
  expect(ends({}, known).wrong).toEqual(['ord_1: its payment was REQUIRES_CONFIRMATION without a provider']);
});
