import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualColdRules } from './index.ts';
import { type FridgeKnowledge, mayOpenOffline } from './may-open-offline.ts';
import type { OfflinePolicy } from './policy.ts';
import { customerWindow, type OfflineSale } from './terms.ts';
import { feel, unread, type Warmth } from './thermometer.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 10, 20, 12);
const policy: OfflinePolicy = {
  version: 3,
  fridge_id: 'f1',
  metro: 'sfo',
  issued_at: noon,
  valid_until: noon + 12 * hour,
  limits: { per_customer: { amount: 2_000, meals: 2 }, per_fridge_hour: { amount: 5_000, meals: 4 } },
  deny: ['cus_bad'],
  meals: ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'].map((meal_id) => ({
    meal_id,
    sku: 'dal',
    price: 850,
    currency: 'USD',
    expires_at: noon + 8 * hour,
  })),
  cold: usualColdRules,
  identity: { issuer: 'i', audience: 'a', keys: [] },
};
const cold = (at: number): Warmth => feel(unread, 'f1', { felt: 'temperature', celsius: 4, at }, policy.cold);
const fridge = (change: Partial<FridgeKnowledge> = {}): FridgeKnowledge => ({
  fridgeId: 'f1',
  ...cold(noon),
  locked: false,
  inside: new Set(['m1', 'm2', 'm3', 'm4']),
  sales: [],
  latest: noon,
  ...change,
});
const wish = (change: object = {}) => ({ customerId: 'cus_1', meals: ['m1'], now: noon + minute, ...change });
const because = (verdict: ReturnType<typeof mayOpenOffline>) => (verdict.open ? 'open' : verdict.because);
const sale = (customerId: string, at: number, amount = 850): OfflineSale => ({ customerId, amount, at });

describe('a fridge that can ask nobody', () => {
  it('sells what is listed at its price, marked down near its end', () => {
    expect(mayOpenOffline(policy, fridge(), wish())).toEqual({
      open: true,
      prices: [{ mealId: 'm1', price: 850, currency: 'USD' }],
      at: noon + minute,
    });
    const near = { ...policy, markdown: { percent: 50, hours: 8 } };
    expect(mayOpenOffline(near, fridge(), wish())).toMatchObject({ prices: [{ price: 425 }] });
  });
  it.each([
    ['no-policy', undefined, {}, {}],
    ['foreign-policy', { ...policy, fridge_id: 'f2' }, {}, {}],
    ['policy-expired', { ...policy, valid_until: noon + minute }, {}, {}],
    ['customer-denied', policy, {}, { customerId: 'cus_bad' }],
    ['customer-limit', policy, {}, { meals: ['m1', 'm2', 'm3'] }],
    ['customer-limit', policy, { sales: [sale('cus_1', noon - 23 * hour, 1_200)] }, {}],
    ['fridge-limit', policy, { sales: [1, 2, 3, 4].map((each) => sale(`cus_${each + 1}`, noon)) }, {}],
    ['fridge-limit', policy, { sales: [sale('cus_2', noon, 4_500)] }, {}],
    ['maintenance-window', { ...policy, maintenance: { zone: 'UTC', from: '12:01', to: '13:00' } }, {}, {}],
    ['fridge-locked', policy, { locked: true }, {}],
    ['sensor-silent', policy, { sensor: unread.sensor }, {}],
    ['sensor-silent', policy, {}, { now: noon + 10 * minute }],
    ['unknown-inside', policy, { inside: new Set(['m1', 'stray']) }, {}],
    ['nothing-asked', policy, {}, { meals: [] }],
    ['meal-not-here', policy, {}, { meals: ['m6'] }],
    ['clock-behind', policy, { latest: noon + 2 * minute }, {}],
    ['clock-behind', { ...policy, issued_at: noon + 3 * minute }, {}, {}],
  ])('S0-INV-07 stays shut: %s', (code, given, known, asked) => {
    expect(because(mayOpenOffline(given, fridge(known), wish(asked)))).toBe(code);
  });
  it('stays shut while one meal inside may not be eaten, whichever is asked for', () => {
    const change = (more: object) => ({
      ...policy,
      meals: policy.meals.map((meal) => (meal.meal_id === 'm2' ? { ...meal, ...more } : meal)),
    });
    expect(because(mayOpenOffline(change({ blocked: true }), fridge(), wish()))).toBe('unsafe-inside');
    expect(because(mayOpenOffline(change({ expires_at: noon + minute }), fridge(), wish()))).toBe(
      'unsafe-inside',
    );
  });
  it('counts a customer for a day and itself for an hour', () => {
    const yesterday = [1, 2].map(() => sale('cus_1', noon + minute - customerWindow));
    expect(because(mayOpenOffline(policy, fridge({ sales: yesterday }), wish()))).toBe('open');
    const before = [1, 2, 3, 4].map((each) => sale(`cus_${each + 1}`, noon + minute - hour));
    expect(because(mayOpenOffline(policy, fridge({ sales: before }), wish()))).toBe('open');
  });
});

const turn = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: -30, max: 90 }) }),
  fc.record({ do: fc.constant('read' as const), celsius: fc.double({ min: 2, max: 9, noNaN: true }) }),
  fc.record({
    do: fc.constant('hold' as const),
    celsius: fc.constantFrom(4, 4, 7),
    readings: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    do: fc.constant('buy' as const),
    customerId: fc.constantFrom('cus_1', 'cus_2', 'cus_3'),
    meals: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    do: fc.constant('policy' as const),
    hours: fc.integer({ min: 1, max: 6 }),
    deny: fc.subarray(['cus_1', 'cus_2', 'cus_3']),
    meals: fc.integer({ min: 1, max: 3 }),
    amount: fc.integer({ min: 500, max: 3_000 }),
  }),
  fc.record({ do: fc.constant('recall' as const), meal: fc.nat({ max: 39 }) }),
);

/** Warm for half an hour, in the middle of which the clock was set back and it was cold. */
const setBack: Turn[] = [
  { do: 'read', celsius: 5.1 },
  { do: 'hold', celsius: 7, readings: 7 },
  { do: 'wait', minutes: -14 },
  { do: 'hold', celsius: 4, readings: 4 },
  { do: 'buy', customerId: 'cus_1', meals: 1 },
];

describe('over random histories of thermometer, clock, sales and policies', () => {
  it('S0-INV-07 no sale is unsafe and none is over a limit', () => {
    let sold = 0;
    fc.assert(
      fc.property(fc.array(turn, { minLength: 10, maxLength: 80 }), (turns) => {
        const world = newWorld();
        for (const each of turns) sold += Number(world.play(each));
      }),
      { numRuns: 800, examples: [[setBack]] },
    );
    // A property about nothing would hold, too.
    expect(sold).toBeGreaterThan(100);
  });
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** A fridge, and beside it what really happened, told plainly. */
function newWorld() {
  const stock = Array.from({ length: 40 }, (_, index) => ({
    meal_id: `m${index}`,
    sku: 'dal',
    price: 400 + index * 10,
    currency: 'USD',
    expires_at: noon + (2 + index) * hour,
  }));
  const inside = new Set(stock.slice(8).map(({ meal_id }) => meal_id));
  let now = noon;
  let current: OfflinePolicy = { ...policy, meals: stock };
  let warmth = cold(noon);
  let latest = noon;
  const readings = [{ at: noon, celsius: 4 }];
  const sales: (OfflineSale & { mealId: string })[] = [];

  function read(celsius: number): void {
    warmth = feel(warmth, 'f1', { felt: 'temperature', celsius, at: now }, current.cold);
    // Those of a clock that was set back prove nothing, and nothing is sold until it has caught up.
    if (now >= latest) readings.push({ at: now, celsius });
    latest = Math.max(latest, now);
  }

  function buy(customerId: string, count: number): boolean {
    for (const { meal_id, expires_at } of stock) if (now >= expires_at) inside.delete(meal_id);
    const meals = [...inside].slice(0, count);
    const known = { fridgeId: 'f1', ...warmth, locked: false, inside, sales, latest };
    const verdict = mayOpenOffline(current, known, { customerId, meals, now });
    if (!verdict.open) return false;
    judge(customerId, verdict.prices);
    for (const { mealId, price } of verdict.prices) {
      sales.push({ customerId, amount: price, at: verdict.at, mealId });
      inside.delete(mealId);
    }
    latest = Math.max(latest, verdict.at);
    return true;
  }

  /** Said anew, without the code under test. */
  function judge(customerId: string, prices: readonly { mealId: string; price: number }[]): void {
    expect(now).toBeLessThan(current.valid_until);
    expect(current.deny).not.toContain(customerId);
    for (const { meal_id, expires_at, ...meal } of current.meals) {
      if (!inside.has(meal_id)) continue;
      expect(expires_at).toBeGreaterThan(now);
      expect('blocked' in meal).toBe(false);
    }
    expect(now - (readings.at(-1)?.at ?? 0)).toBeLessThan(10 * minute);
    expect(warmFor(readings, now)).toBeLessThan(30 * minute);
    const total = (list: typeof sales) =>
      list.reduce((sum, { amount }) => sum + amount, 0) + prices.reduce((sum, { price }) => sum + price, 0);
    const own = sales.filter((each) => each.customerId === customerId && now - each.at < 24 * hour);
    const lately = sales.filter((each) => now - each.at < hour);
    const { per_customer, per_fridge_hour } = current.limits;
    expect(own.length + prices.length).toBeLessThanOrEqual(per_customer.meals);
    expect(total(own)).toBeLessThanOrEqual(per_customer.amount);
    expect(lately.length + prices.length).toBeLessThanOrEqual(per_fridge_hour.meals);
    expect(total(lately)).toBeLessThanOrEqual(per_fridge_hour.amount);
  }

  return {
    play(next: Turn): boolean {
      switch (next.do) {
        case 'wait':
          now += next.minutes * minute;
          return false;
        case 'read':
          read(next.celsius);
          return false;
        case 'hold':
          for (let each = 0; each < next.readings; each++) {
            now += 4 * minute;
            read(next.celsius);
          }
          return false;
        case 'buy':
          return buy(next.customerId, next.meals);
        case 'policy': {
          const { hours, deny, meals, amount } = next;
          const limits = {
            per_customer: { amount, meals },
            per_fridge_hour: { amount: amount * 2, meals: meals * 2 },
          };
          const times = { issued_at: now, valid_until: now + hours * hour };
          current = { ...current, version: current.version + 1, deny, limits, ...times };
          return false;
        }
        case 'recall':
          current = {
            ...current,
            meals: current.meals.map((meal, index) =>
              index === next.meal ? { ...meal, blocked: true } : meal,
            ),
          };
          return false;
        default:
          return next satisfies never;
      }
    },
  };
}

/** The longest stretch in which every reading was warm, up to now where the last one was. */
function warmFor(readings: readonly { at: number; celsius: number }[], now: number): number {
  let longest = 0;
  let since: number | undefined;
  for (const { at, celsius } of [...readings, { at: now, celsius: readings.at(-1)?.celsius ?? 0 }]) {
    if (since !== undefined) longest = Math.max(longest, at - since);
    since = celsius > 5 ? (since ?? at) : undefined;
  }
  return longest;
}
