import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideMeal, type MealCommand } from './decide.ts';
import { expiry, hour, noon, produced } from './meal.samples.ts';
import { type Meal, type MealEvent, type MealStatus, mealStream } from './meal.ts';
import { type Observation, observe } from './observe.ts';

type Step = { told: 'command'; command: MealCommand } | { told: 'fact'; seen: Observation };

/** Ends that no command leaves. */
const ends: readonly MealStatus[] = [
  'EXPIRED',
  'SPOILED',
  'WITHDRAWN',
  'RETURNED',
  'REFUNDED',
  'UNEXPLAINED',
];

const at = fc.oneof(
  fc.integer({ min: noon - 4 * hour, max: expiry + hour }),
  fc.constantFrom(expiry - 1, expiry, expiry + 1),
);
const customerId = fc.constantFrom('c1', 'c2');
const fridgeId = fc.constantFrom('f1', 'f1', 'f1', 'f2');
const id = fc.constant('m1');
const about = { mealId: id, now: at };
const note = fc.constant('why');
const doing = <D extends MealCommand['do']>(name: D) => fc.constant(name);
const command: fc.Arbitrary<MealCommand> = fc.oneof(
  fc.record({
    ...about,
    do: doing('ship'),
    fridgeId,
    courierId: fc.constant('r1'),
    routeId: fc.constant(null),
  }),
  fc.record({ ...about, do: doing('reserve'), customerId, until: at }),
  fc.record({ ...about, do: doing('release'), customerId: fc.option(customerId) }),
  fc.record({ ...about, do: doing('time-out'), until: at }),
  fc.record({ ...about, do: fc.constantFrom('spoil', 'withdraw', 'return'), note }),
  fc.record({ ...about, do: doing('refund'), reason: note }),
  fc.record({ ...about, do: doing('expire') }),
);
const nothing = fc.constant(null);
const fact: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ saw: fc.constant('STOCKED'), mealId: id, fridgeId, at }),
  fc.record({
    saw: fc.constant('SOLD'),
    mealId: id,
    fridgeId,
    at,
    customerId,
    price: fc.constant(850),
    currency: fc.constant('USD'),
    sessionId: nothing,
    verdict: nothing,
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ told: fc.constant('command'), command }),
  fc.record({ told: fc.constant('fact'), seen: fact }),
  { arbitrary: fc.record({ told: fc.constant('fact'), seen: fact }), weight: 2 },
);

interface Written {
  before: NonNullable<Meal>;
  step: Step;
  event: MealEvent;
}

function live(steps: readonly Step[]): Written[] {
  const written: Written[] = [];
  let meal = mealStream.evolve(null, produced);
  for (const each of steps) {
    if (meal === null) throw new Error('it was produced');
    const before = meal;
    const decided = each.told === 'fact' ? observe(meal, each.seen) : decideMeal(meal, each.command);
    for (const event of isRefusal(decided) ? [] : decided) {
      written.push({ before, step: each, event });
      meal = mealStream.evolve(meal, event);
    }
  }
  return written;
}

describe('whatever is asked of a meal and seen of it', () => {
  const holds = (check: (written: Written[]) => void) =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => check(live(steps))),
      { numRuns: 2_000 },
    );

  it('S0-INV-04 it is never sold at or after its expiry', () => {
    holds((written) => {
      for (const { event } of written)
        if (event.type === 'MealSold') expect(event.data.soldAt).toBeLessThan(expiry);
    });
  });
  it('S0-INV-05 it is sold at most once, refunded at most once and only what was paid', () => {
    holds((written) => {
      const sold = written.flatMap(({ event }) => (event.type === 'MealSold' ? [event.data] : []));
      const refunded = written.flatMap(({ event }) => (event.type === 'MealRefunded' ? [event.data] : []));
      expect(sold.length).toBeLessThanOrEqual(1);
      expect(refunded.length).toBeLessThanOrEqual(sold.length);
      for (const { price, currency, customerId: payer } of refunded)
        expect(sold[0]).toMatchObject({ price, currency, customerId: payer });
    });
  });
  it('S0-STM-01 nothing leaves an end, but a sale that came before it and what only a fact can tell', () => {
    holds((written) => {
      for (const { before, step: by, event } of written) {
        if (!ends.includes(before.status)) continue;
        expect(by.told).toBe('fact');
        if (event.type === 'MealSold') expect(event.data.soldAt).toBeLessThan(before.since);
        else expect(['MealUnexplained', 'MealFactDisputed']).toContain(event.type);
      }
    });
  });
  it('S0-STM-01 a sale ends in nothing but its refund', () => {
    holds((written) => {
      for (const { before, event } of written)
        if (before.status === 'SOLD') expect(['MealRefunded', 'MealFactDisputed']).toContain(event.type);
    });
  });
  it('S0-INV-04 nobody holds a reservation past its expiry', () => {
    holds((written) => {
      for (const { event } of written)
        if (event.type === 'MealReserved') {
          expect(event.data.reservedAt).toBeLessThan(expiry);
          expect(event.data.until).toBeLessThanOrEqual(expiry);
        }
    });
  });
});
