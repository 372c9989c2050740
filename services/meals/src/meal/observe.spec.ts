import { isRefusal } from '@dabba/event-store';
import { decider } from '@dabba/testing/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsFor } from '../fridge/alerts.ts';
import { lives, until } from './meal.samples.ts';
import { type Meal, type MealEvent, mealStream } from './meal.ts';
import { type Observation, observe } from './observe.ts';

const noon = Date.UTC(2026, 10, 20, 12);
const hour = 3_600_000;
const produced: MealEvent = {
  type: 'MealProduced',
  data: {
    mealId: 'm1',
    lotId: 'l1',
    sku: 'dal',
    kitchenId: 'k1',
    customerId: null,
    producedAt: noon - 4 * hour,
    expiresAt: noon + 8 * hour,
  },
};
const shipped = (inferred: boolean, at = noon): MealEvent => ({
  type: 'MealShipped',
  data: {
    mealId: 'm1',
    courierId: null,
    routeId: null,
    fridgeId: 'f1',
    customerId: null,
    shippedAt: at,
    inferred,
  },
});
const stocked = (fridgeId = 'f1', at = noon): MealEvent => ({
  type: 'MealStocked',
  data: { mealId: 'm1', lotId: 'l1', sku: 'dal', fridgeId, customerId: null, stockedAt: at },
});
const sold = (at = noon + hour): MealEvent => ({
  type: 'MealSold',
  data: {
    mealId: 'm1',
    lotId: 'l1',
    sku: 'dal',
    fridgeId: 'f1',
    customerId: 'c1',
    price: 850,
    currency: 'USD',
    soldAt: at,
    sessionId: null,
    verdict: null,
  },
});
const unexplained = (
  reason: Extract<MealEvent, { type: 'MealUnexplained' }>['data']['reason'],
  at: number,
  fridgeId = 'f1',
): MealEvent => ({
  type: 'MealUnexplained',
  data: { mealId: 'm1', lotId: 'l1', sku: 'dal', fridgeId, customerId: 'c1', reason, observedAt: at },
});
const disputed = (
  observation: 'STOCKED' | 'SOLD',
  status: string,
  at: number,
  customerId: string | null,
  fridgeId = 'f1',
): MealEvent => ({
  type: 'MealFactDisputed',
  data: { mealId: 'm1', fridgeId, customerId, observation, status, observedAt: at },
});

const sawStocked = (fridgeId = 'f1', at = noon): Observation => ({
  saw: 'STOCKED',
  mealId: 'm1',
  fridgeId,
  at,
});
const sawSold = (
  at = noon + hour,
  fridgeId = 'f1',
  customerId = 'c1',
): Extract<Observation, { saw: 'SOLD' }> => ({
  saw: 'SOLD',
  mealId: 'm1',
  fridgeId,
  at,
  customerId,
  price: 850,
  currency: 'USD',
  sessionId: null,
  verdict: null,
});

const meal = decider<Meal, MealEvent, Observation>(mealStream, (state, seen) => {
  if (state === null) throw new Error('the reaction asks only about meals that exist');
  return observe(state, seen);
});

describe('S0-STM-01 a meal a fridge saw put in', () => {
  it('is stocked after its trip', () => {
    meal
      .given([produced, shipped(false)])
      .when(sawStocked())
      .then([stocked()]);
  });
  it('arrived although nobody recorded the trip: the trip is inferred', () => {
    meal
      .given([produced])
      .when(sawStocked())
      .then([shipped(true), stocked()]);
  });
  it('is not news a second time', () => {
    meal
      .given([produced, shipped(false), stocked()])
      .when(sawStocked('f1', noon + 1))
      .thenNothing();
  });
  it('moved, when another fridge saw it later', () => {
    meal
      .given([produced, shipped(false), stocked()])
      .when(sawStocked('f2', noon + 1))
      .then([stocked('f2', noon + 1)]);
  });
  it('did not move, when the other fridge saw it earlier and only told us late', () => {
    const outcome = meal
      .given([produced, shipped(false), stocked('f2', noon)])
      .when(sawStocked('f1', noon - 1));
    outcome.then([disputed('STOCKED', 'STOCKED', noon - 1, null)]);
  });
  it('B5 came back after it was sold: disputed, still sold', () => {
    const { outcome } = meal
      .given([produced, shipped(false), stocked(), sold()])
      .when(sawStocked('f1', noon + 2 * hour));
    expect(outcome).toEqual([disputed('STOCKED', 'SOLD', noon + 2 * hour, null)]);
  });
});

describe('S0-STM-01 a meal a fridge saw sold', () => {
  const inFridge = [produced, shipped(false), stocked()];
  it('is sold to the customer at the price', () => {
    meal.given(inFridge).when(sawSold()).then([sold()]);
  });
  it('S0-INV-04 B5 is unexplained from the instant it expires: recorded, not charged, alarmed', () => {
    const expiry = noon + 8 * hour;
    meal
      .given(inFridge)
      .when(sawSold(expiry - 1))
      .then([sold(expiry - 1)]);
    const { outcome } = meal.given(inFridge).when(sawSold(expiry));
    expect(outcome).toEqual([unexplained('EXPIRED', expiry)]);
    if (isRefusal(outcome)) expect.fail('a fact is never refused');
    expect(alertsFor(outcome).map(({ data }) => data.alert)).toEqual(['UNSAFE_SALE']);
  });
  it('B5 is unexplained where no fridge ever held it', () => {
    meal
      .given([produced])
      .when(sawSold())
      .then([unexplained('NOT_STOCKED', noon + hour)]);
    meal
      .given([produced, shipped(false)])
      .when(sawSold())
      .then([unexplained('NOT_STOCKED', noon + hour)]);
  });
  it('B5 is unexplained where another fridge holds it', () => {
    meal
      .given(inFridge)
      .when(sawSold(noon + hour, 'f2'))
      .then([unexplained('OTHER_FRIDGE', noon + hour, 'f2')]);
  });
  it('is not sold twice: the same sale told again is no news, another one is disputed', () => {
    meal
      .given([...inFridge, sold()])
      .when(sawSold())
      .thenNothing();
    meal
      .given([...inFridge, sold()])
      .when(sawSold(noon + 2 * hour, 'f1', 'c2'))
      .then([disputed('SOLD', 'SOLD', noon + 2 * hour, 'c2')]);
  });
  it('B5 stays unexplained whatever is told of it later', () => {
    meal
      .given([produced, unexplained('NOT_STOCKED', noon)])
      .when(sawSold())
      .then([disputed('SOLD', 'UNEXPLAINED', noon + hour, 'c1')]);
    meal
      .given([produced, unexplained('NOT_STOCKED', noon)])
      .when(sawStocked())
      .then([disputed('STOCKED', 'UNEXPLAINED', noon, null)]);
  });
});

describe('S0-STM-01 B5 a meal that is reserved', () => {
  const meant = lives.RESERVED;
  it('is sold to whom it is kept for', () => {
    meal
      .given(meant)
      .when(sawSold(noon + 1))
      .then([sold(noon + 1)]);
  });
  it('is unexplained when another takes it: neither is charged', () => {
    const { outcome } = meal.given(meant).when(sawSold(noon, 'f1', 'c2'));
    expect(outcome).toMatchObject([
      { type: 'MealUnexplained', data: { reason: 'RESERVED', customerId: 'c2', observedAt: noon } },
    ]);
    expect(meal.given(meant).when(sawSold(until - 1, 'f1', 'c2')).outcome).toMatchObject([
      { data: { reason: 'RESERVED' } },
    ]);
  });
  it.each([
    ['before it was reserved', noon - 1],
    ['when the reservation was over', until],
  ])('is sold to another who took it %s, told late', (_when, at) => {
    expect(meal.given(meant).when(sawSold(at, 'f1', 'c2')).outcome).toMatchObject([
      { type: 'MealSold', data: { customerId: 'c2', soldAt: at } },
    ]);
  });
  it('is no news where it is, and moved where another fridge saw it later', () => {
    meal.given(meant).when(sawStocked()).thenNothing();
    meal
      .given(meant)
      .when(sawStocked('f2', noon + 1))
      .then([stocked('f2', noon + 1)]);
    meal
      .given(meant)
      .when(sawStocked('f2', noon))
      .then([disputed('STOCKED', 'RESERVED', noon, null, 'f2')]);
  });
});

describe('S0-STM-01 B5 a meal that has ended', () => {
  const ends = ['EXPIRED', 'SPOILED', 'WITHDRAWN', 'RETURNED'] as const;
  it.each(ends)('%s: a sale before the end is a sale, told late', (status) => {
    meal
      .given(lives[status])
      .when(sawSold(noon - 1))
      .then([sold(noon - 1)]);
  });
  it.each(ends)('%s: taken since, it is unexplained, not charged, alarmed', (status) => {
    const { outcome } = meal.given(lives[status]).when(sawSold(noon));
    expect(outcome).toEqual([unexplained(status, noon)]);
    if (isRefusal(outcome)) expect.fail('a fact is never refused');
    expect(alertsFor(outcome)).toHaveLength(1);
  });
  it.each([...ends, 'SOLD', 'REFUNDED', 'UNEXPLAINED'] as const)('%s: seen put in, disputed', (status) => {
    meal
      .given(lives[status])
      .when(sawStocked())
      .then([disputed('STOCKED', status, noon, null)]);
  });
  it('REFUNDED: another sale is disputed', () => {
    meal
      .given(lives.REFUNDED)
      .when(sawSold())
      .then([disputed('SOLD', 'REFUNDED', noon + hour, 'c1')]);
  });
  it('S0-INV-04 a sale by a fridge that knew itself too warm is not charged', () => {
    const verdict = { offline: true, temperatureSafe: false, policy: null };
    meal
      .given(lives.STOCKED)
      .when({ ...sawSold(), verdict })
      .then([unexplained('SPOILED', noon + hour)]);
  });
});

describe('B5 a meal that a count did not find', () => {
  const missed = [...lives.STOCKED, unexplained('NOT_COUNTED', noon)];
  it('is stocked again where it is seen later, and only later', () => {
    expect(meal.given(missed).when(sawStocked('f1', noon + 1)).outcome).toMatchObject([
      { type: 'MealStocked' },
    ]);
    expect(meal.given(missed).when(sawStocked('f1', noon)).outcome).toMatchObject([
      { type: 'MealFactDisputed' },
    ]);
  });
  it('S0-INV-05 was sold where that came before the count', () => {
    expect(meal.given(missed).when(sawSold(noon - 1)).outcome).toMatchObject([{ type: 'MealSold' }]);
    expect(meal.given(missed).when(sawSold(noon + 1)).outcome).toMatchObject([{ type: 'MealFactDisputed' }]);
  });
  it('stays unexplained where it is for another reason', () => {
    const vanished = [...lives.STOCKED, unexplained('VANISHED', noon)];
    for (const seen of [sawStocked('f1', noon + 1), sawSold(noon - 1)])
      expect(meal.given(vanished).when(seen).outcome).toMatchObject([{ type: 'MealFactDisputed' }]);
  });
});

describe('whatever fridges say', () => {
  const observations = fc.array(
    fc.record({
      sold: fc.boolean(),
      fridge: fc.constantFrom('f1', 'f2'),
      customer: fc.constantFrom('c1', 'c2'),
      at: fc.integer({ min: noon - hour, max: noon + 10 * hour }),
    }),
    { maxLength: 12 },
  );
  const run = (script: { sold: boolean; fridge: string; customer: string; at: number }[]) => {
    let state = mealStream.evolve(null, produced);
    const events: MealEvent[] = [];
    for (const { sold: isSale, fridge, customer, at } of script) {
      if (state === null) throw new Error('it was produced');
      const more = observe(state, isSale ? sawSold(at, fridge, customer) : sawStocked(fridge, at));
      events.push(...more);
      for (const event of more) state = mealStream.evolve(state, event);
    }
    return { state, events };
  };

  it('S0-INV-05 a meal is sold at most once', () => {
    fc.assert(
      fc.property(observations, (script) => {
        const { events } = run(script);
        expect(events.filter(({ type }) => type === 'MealSold').length).toBeLessThanOrEqual(1);
      }),
    );
  });
  it('S0-INV-04 nothing expired is ever sold', () => {
    fc.assert(
      fc.property(observations, (script) => {
        for (const event of run(script).events)
          if (event.type === 'MealSold') expect(event.data.soldAt).toBeLessThan(noon + 8 * hour);
      }),
    );
  });
  it('every sale that is not charged raises an alarm', () => {
    fc.assert(
      fc.property(observations, (script) => {
        const { events } = run(script);
        const odd = events.filter(({ type }) => type === 'MealUnexplained' || type === 'MealFactDisputed');
        expect(alertsFor(events)).toHaveLength(odd.length);
      }),
    );
  });
});
