import { isRefusal } from '@dabba/event-store';
import { decider } from '@dabba/testing/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allowance, type AllowanceEvent, allowanceStream, remainingIn, usedIn } from './allowance.ts';
import { decideAllowance } from './decide.ts';
import { periodOf } from './period.ts';

const allowance = decider(allowanceStream, decideAllowance);
const now = Date.UTC(2026, 10, 21, 12);
const [customerId, currency] = ['c1', 'USD'];
const today: string = '2026-11-21';
const at = { customerId, now } as const;
const granted: Extract<AllowanceEvent, { type: 'SubsidyGranted' }> = {
  type: 'SubsidyGranted',
  data: { customerId, allowance: 500, currency, period: 'DAY', grantedAt: now },
};
const use = (amount: number, period = today) =>
  ({ do: 'use', paymentId: 'pay_1', period, amount, currency, ...at }) as const;
const used = (amount: number, remaining: number, period = today): AllowanceEvent => ({
  type: 'SubsidyUsed',
  data: { customerId, period, paymentId: 'pay_1', amount, remaining, currency, usedAt: now },
});
const giveBack = (amount: number) =>
  ({ do: 'return', paymentId: 'pay_1', period: today, amount, ...at }) as const;

describe('S2-PAY-03 an allowance', () => {
  it('pays what there is of it, and no more', () => {
    allowance
      .given([granted])
      .when(use(1542))
      .then([used(500, 0)]);
    allowance
      .given([granted])
      .when(use(300))
      .then([used(300, 200)]);
    allowance
      .given([granted, used(300, 200)])
      .when(use(300))
      .then([used(200, 0)]);
    allowance
      .given([granted, used(500, 0)])
      .when(use(300))
      .thenNothing();
  });
  it('is there again each period', () => {
    allowance
      .given([granted, used(500, 0)])
      .when(use(300, '2026-11-22'))
      .then([used(300, 200, '2026-11-22')]);
  });
  it('pays nothing of another currency, nor for whom none was granted', () => {
    allowance
      .given([granted])
      .when({ ...use(300), currency: 'EUR' })
      .thenNothing();
    allowance.given([]).when(use(300)).thenNothing();
  });
  it('gets back what was not needed', () => {
    const returned = { customerId, period: today, paymentId: 'pay_1', amount: 300, remaining: 500, currency };
    allowance
      .given([granted, used(300, 200)])
      .when(giveBack(300))
      .then([{ type: 'SubsidyReturned', data: { ...returned, returnedAt: now } }]);
  });
  it('gets back no more than it is, and nothing of nothing', () => {
    const less: AllowanceEvent = { ...granted, data: { ...granted.data, allowance: 200 } };
    const cut = [granted, used(500, 0), less];
    const { state } = allowance.given(cut);
    expect(state && remainingIn(state, today)).toBe(0);
    expect(allowance.given(cut).when(use(100)).outcome).toEqual([]);
    expect(allowance.given([less]).when(giveBack(500)).outcome).toMatchObject([{ data: { remaining: 200 } }]);
    allowance.given([granted]).when(giveBack(0)).thenNothing();
  });
  it('that is changed keeps what is used of it', () => {
    const more: AllowanceEvent = { ...granted, data: { ...granted.data, allowance: 700 } };
    allowance
      .given([granted, used(300, 200), more])
      .when(use(500))
      .then([used(400, 0)]);
  });
  it('is never used by less than nothing', () => {
    const returned = { customerId, period: today, paymentId: 'pay_1', amount: 300, remaining: 500, currency };
    const back: AllowanceEvent = { type: 'SubsidyReturned', data: { ...returned, returnedAt: now } };
    allowance
      .given([granted, back])
      .when(use(600))
      .then([used(500, 0)]);
  });
  it('remembers no more periods than it needs', () => {
    const days = Array.from({ length: 100 }, (_, n) => `2026-${String(100 + n)}`);
    const { state } = allowance.given([granted, ...days.map((day) => used(1, 499, day))]);
    expect(Object.keys(state?.used ?? {})).toEqual(days.slice(-62));
  });
  it('is granted once', () => {
    const grant = { do: 'grant', allowance: 500, currency, period: 'DAY', ...at } as const;
    allowance.given([]).when(grant).then([granted]);
    allowance.given([granted]).when(grant).thenNothing();
    expect(allowance.given([granted]).when({ ...grant, allowance: 700 }).outcome).toHaveLength(1);
  });
});

it('S2-PAY-03 what is used and what remains are the allowance, whatever is used and given back', () => {
  const step = fc.record({ giveBack: fc.boolean(), amount: fc.integer({ min: 1, max: 400 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state: Allowance | null = allowanceStream.evolve(null, granted);
      const taken: number[] = [];
      for (const { giveBack: isBack, amount } of steps) {
        const back = isBack ? taken.pop() : undefined;
        const decided = decideAllowance(state, back === undefined ? use(amount) : giveBack(back));
        if (isRefusal(decided)) throw new Error('Nothing refuses');
        for (const event of decided) {
          if (event.type === 'SubsidyUsed') taken.push(event.data.amount);
          state = allowanceStream.evolve(state, event);
          if (event.type !== 'SubsidyGranted')
            expect(event.data.remaining + usedIn(state ?? nothing, today)).toBe(500);
        }
        expect(usedIn(state ?? nothing, today) + remainingIn(state ?? nothing, today)).toBe(500);
        expect(taken.reduce((sum, each) => sum + each, 0)).toBe(usedIn(state ?? nothing, today));
      }
    }),
  );
});
const nothing: Allowance = { allowance: 0, currency, period: 'DAY', used: {} };

it('a period begins by the clock of the metro', () => {
  const late = Date.UTC(2026, 10, 22, 3);
  expect(periodOf('DAY', late, 'America/Los_Angeles')).toBe('2026-11-21');
  expect(periodOf('DAY', late, 'Europe/Berlin')).toBe('2026-11-22');
  expect(periodOf('WEEK', late, 'America/Los_Angeles')).toBe('2026-W47');
  expect(periodOf('MONTH', late, 'America/Los_Angeles')).toBe('2026-11');
  // A week is of the year most of it lies in.
  expect(periodOf('WEEK', Date.UTC(2027, 0, 2, 12), 'America/Los_Angeles')).toBe('2026-W53');
});
