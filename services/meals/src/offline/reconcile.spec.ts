import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deniedStream } from './denied.ts';
import { type Offline, type OfflineEvent, offlineStream } from './offline.ts';
import { reconcile, type ToldSale } from './reconcile.ts';
import {
  type FridgeKnowledge,
  mayOpenOffline,
  type OfflinePolicy,
  unread,
  usualColdRules,
} from './rules/index.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 10, 20, 12);
const limits = { perCustomer: { amount: 2_000, meals: 2 }, perFridgeHour: { amount: 5_000, meals: 4 } };
const issued = (version: number, change: object = {}): OfflineEvent => ({
  type: 'OfflinePolicyIssued',
  data: {
    fridgeId: 'f1',
    version,
    denyVersion: 0,
    ...limits,
    policy: `jws-${version}`,
    issuedAt: noon,
    validUntil: noon + 12 * hour,
    ...change,
  },
});
const sale = (change: Partial<ToldSale> = {}): ToldSale => ({
  fridgeId: 'f1',
  mealId: 'm1',
  customerId: 'cus_1',
  price: 850,
  currency: 'USD',
  policy: '1',
  at: noon + hour,
  charged: true,
  ...change,
});
const given = (...events: OfflineEvent[]): Offline =>
  events.reduce((state, event) => offlineStream.evolve(state, event), offlineStream.initial());
const nobody = deniedStream.initial();
const owes = deniedStream.evolve(nobody, {
  type: 'OfflineCustomerDenied',
  data: { metro: 'sfo', customerId: 'cus_1', reason: 'owes', owes: false, deniedAt: noon },
});
/** Tells sales one by one; what was broken by each. */
function tell(start: Offline, sales: readonly ToldSale[], denied = nobody) {
  let state = start;
  const events: OfflineEvent[] = [];
  const broken: string[][] = [];
  for (const each of sales) {
    const told = reconcile(state, denied, each);
    for (const event of told.offline) {
      state = offlineStream.evolve(state, event);
      if (event.type === 'OfflineSaleReconciled') broken.push([...event.data.broken]);
    }
    events.push(...told.offline);
    expect(told.alerts.map(({ data }) => data.alert)).toEqual(
      broken.at(-1)?.length ? ['OFFLINE_POLICY_BROKEN'] : [],
    );
  }
  return { state, events, broken };
}

describe('a sale a fridge made alone', () => {
  it.each([
    ['kept its policy', given(issued(1)), sale(), nobody, []],
    ['names no policy', given(issued(1)), sale({ policy: null }), nobody, ['POLICY_UNKNOWN']],
    ['names one nobody issued', given(issued(1)), sale({ policy: '2' }), nobody, ['POLICY_UNKNOWN']],
    ['names an older one', given(issued(1), issued(2)), sale(), nobody, []],
    [
      'was under one that had run out',
      given(issued(1)),
      sale({ at: noon + 12 * hour }),
      nobody,
      ['POLICY_EXPIRED'],
    ],
    ['was to a denied customer', given(issued(1, { denyVersion: 1 })), sale(), owes, ['CUSTOMER_DENIED']],
    ['was to one denied only later', given(issued(1)), sale(), owes, []],
    ['cost too much', given(issued(1)), sale({ price: 2_001 }), nobody, ['CUSTOMER_LIMIT']],
    [
      'cost far too much',
      given(issued(1)),
      sale({ price: 5_001 }),
      nobody,
      ['CUSTOMER_LIMIT', 'FRIDGE_LIMIT'],
    ],
  ])('that %s', (_, state, told, denied, broken) => {
    expect(tell(state, [told], denied).broken).toEqual([broken]);
  });
  it('counts with those before it, for the customer a day and for the fridge an hour', () => {
    const at = (minutes: number, customerId = 'cus_1') => sale({ at: noon + minutes * minute, customerId });
    const day = tell(given(issued(1)), [at(0), at(1), at(2), at(2 + 23 * 60)]);
    expect(day.broken).toEqual([[], [], ['CUSTOMER_LIMIT'], ['POLICY_EXPIRED', 'CUSTOMER_LIMIT']]);
    const others = [1, 2, 3, 4, 5].map((each) => at(each, `cus_${each}`));
    expect(tell(given(issued(1)), [...others, at(62, 'cus_6')]).broken).toEqual([
      [],
      [],
      [],
      [],
      ['FRIDGE_LIMIT'],
      [],
    ]);
  });
  it('says how old its policy was, and who pays', () => {
    const { events } = tell(given(issued(1)), [sale({ charged: false })]);
    expect(events).toMatchObject([{ data: { policyAgeMillis: hour, charged: false, soldAt: noon + hour } }]);
    expect(tell(given(), [sale()]).events).toMatchObject([{ data: { policyAgeMillis: null } }]);
  });
  it('is judged by terms of a week ago, and no longer by older ones', () => {
    const week = 7 * 24 * hour;
    const known = given(issued(1), issued(2, { issuedAt: noon + week, validUntil: noon + week + 12 * hour }));
    expect(tell(known, [sale()]).broken).toEqual([[]]);
    const late = { issuedAt: noon + week + 12 * hour, validUntil: noon + 2 * week };
    expect(tell(given(issued(1), issued(2, late)), [sale()]).broken).toEqual([['POLICY_UNKNOWN']]);
  });
});

describe('fridge and cloud', () => {
  const policy: OfflinePolicy = {
    version: 1,
    fridge_id: 'f1',
    metro: 'sfo',
    issued_at: noon,
    valid_until: noon + 12 * hour,
    limits: { per_customer: limits.perCustomer, per_fridge_hour: limits.perFridgeHour },
    deny: [],
    meals: Array.from({ length: 30 }, (_, index) => ({
      meal_id: `m${index}`,
      sku: 'dal',
      price: 300 + index * 50,
      currency: 'USD',
      expires_at: noon + 20 * hour,
    })),
    cold: usualColdRules,
    identity: { issuer: 'i', audience: 'a', keys: [] },
  };
  it('judge alike: what a fridge sold by its policy breaks no rule, what it refused would have', () => {
    const wishes = fc.array(fc.record({ customer: fc.nat({ max: 3 }), wait: fc.nat({ max: 90 }) }), {
      minLength: 5,
      maxLength: 25,
    });
    let refused = 0;
    fc.assert(
      fc.property(wishes, (list) => {
        let now = noon;
        let state = given(issued(1));
        const inside = new Set(policy.meals.map(({ meal_id }) => meal_id));
        for (const { customer, wait } of list) {
          now += wait * minute;
          const [mealId = ''] = inside;
          const known: FridgeKnowledge = {
            fridgeId: 'f1',
            ...unread,
            sensor: { readAt: now, gaps: [] },
            locked: false,
            inside,
            sales: state.sales,
            latest: now,
          };
          const customerId = `cus_${customer}`;
          const verdict = mayOpenOffline(policy, known, { customerId, meals: [mealId], now });
          const price = policy.meals.find(({ meal_id }) => meal_id === mealId)?.price ?? 0;
          const { broken, state: after } = tell(state, [sale({ mealId, customerId, price, at: now })]);
          expect(broken[0]?.length === 0).toBe(verdict.open);
          if (!verdict.open) refused += 1;
          else {
            inside.delete(mealId);
            state = after;
          }
        }
      }),
      { numRuns: 80 },
    );
    expect(refused).toBeGreaterThan(20);
  });
});
