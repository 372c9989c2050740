import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expiry,
  hour,
  lives,
  noon,
  produced,
  reserved,
  shipped,
  stocked,
  until,
} from '../meal/meal.samples.ts';
import { type MealEvent, mealStatuses, mealStream } from '../meal/meal.ts';
import { mealAsOf, statusThen, wasInStock } from './meal-as-of.ts';
import { occurredAt } from './occurred.ts';

const statusAt = (history: readonly MealEvent[], at: number) => mealAsOf(history, at)?.status ?? null;
const soldAt = (at: number): MealEvent => ({
  type: 'MealSold',
  data: {
    ...{
      mealId: 'm1',
      lotId: 'l1',
      sku: 'dal',
      fridgeId: 'f1',
      customerId: 'c1',
      price: 850,
      currency: 'USD',
    },
    ...{ soldAt: at, sessionId: null, verdict: null },
  },
});

describe('a meal as of an instant', () => {
  it('is what had happened by then', () => {
    const history = [...lives.RESERVED, soldAt(noon + 1)];
    const times = [produced, shipped, stocked, reserved].map(occurredAt);
    expect(times.map((at) => statusAt(history, at - 1))).toEqual([null, 'PRODUCED', 'IN_TRANSIT', 'STOCKED']);
    expect(times.map((at) => statusAt(history, at))).toEqual([
      'PRODUCED',
      'IN_TRANSIT',
      'STOCKED',
      'RESERVED',
    ]);
    expect(statusAt(history, noon + 1)).toBe('SOLD');
  });
  it('B5 was sold from when it was sold, however late the fridge told', () => {
    const expired = lives.EXPIRED.map((event) => event);
    const told = [...expired, soldAt(noon - hour / 2)];
    expect(statusAt(told, noon - hour / 2 - 1)).toBe('STOCKED');
    expect(statusAt(told, noon - hour / 2)).toBe('SOLD');
    expect(statusAt(told, expiry)).toBe('SOLD');
  });
  it('is today what it is', () => {
    for (const status of mealStatuses)
      expect(mealAsOf(lives[status], expiry)).toEqual(lives[status].reduce(mealStream.evolve, null));
  });
  it('never changes by what happens later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...mealStatuses),
        fc.integer({ min: noon - 5 * hour, max: noon + hour }),
        fc.array(fc.integer({ min: 1, max: hour }), { maxLength: 4 }),
        (status, at, later) => {
          const history = lives[status];
          const after = later.map((by) => soldAt(at + by));
          expect(mealAsOf([...history, ...after], at)).toEqual(mealAsOf(history, at));
        },
      ),
    );
  });
});

describe('in stock', () => {
  const reservedMeal = mealAsOf(lives.RESERVED, noon);
  it('is what could have been sold in this very fridge', () => {
    expect(wasInStock(reservedMeal, 'f1', noon)).toBe(true);
    expect(wasInStock(reservedMeal, 'f2', noon)).toBe(false);
    expect(wasInStock(reservedMeal, 'f1', expiry)).toBe(false);
    expect(wasInStock(mealAsOf(lives.IN_TRANSIT, noon), 'f1', noon)).toBe(false);
    expect(wasInStock(mealAsOf(lives.SOLD, noon), 'f1', noon)).toBe(false);
    expect(wasInStock(null, 'f1', noon)).toBe(false);
  });
  it('a reservation ends by itself', () => {
    if (reservedMeal === null) expect.fail('it was reserved');
    expect([statusThen(reservedMeal, until - 1), statusThen(reservedMeal, until)]).toEqual([
      'RESERVED',
      'STOCKED',
    ]);
  });
});
