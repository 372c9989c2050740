import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lives, noon } from '../meal/meal.samples.ts';
import { type Meal, type MealStatus, mealStatuses, mealStream } from '../meal/meal.ts';
import type { Session } from '../session/session.ts';
import { type CountKnown, correctStock } from './correct.ts';

const now = noon + 60_000;
const count = (counted: string[]) => ({
  fridgeId: 'f1',
  correctionId: 'c1',
  counted,
  reason: 'monthly',
  now,
});
const mealIn = (status: MealStatus, fridgeId = 'f1'): Meal => {
  const meal = lives[status].reduce(mealStream.evolve, null);
  return meal && { ...meal, fridgeId: meal.fridgeId && fridgeId };
};
const known = (meals: Record<string, Meal>, listed: string[] = []): CountKnown => ({
  meals: new Map(Object.entries(meals)),
  listed: new Set(listed),
  sessions: [],
});
const eventsOf = (books: CountKnown, counted: string[], id = 'm1') => {
  const decided = correctStock(books, count(counted));
  return isRefusal(decided) ? [decided.code] : (decided.meals.get(id) ?? []).map(({ type }) => type);
};
const session = (customerId: string | null, status: 'OPENING' | 'OPEN' | 'SETTLED'): Session => ({
  ...{ status, fridgeId: 'f1', door: '1', kind: customerId === null ? 'STAFF' : 'CUSTOMER', customerId },
  ...{ nonce: 'n', prices: [], startedAt: noon, expiresAt: now, openedAt: null, failure: null, basket: [] },
});

describe('a count', () => {
  it.each<[MealStatus, string[]]>([
    ['PRODUCED', ['MealCounted', 'MealShipped', 'MealStocked']],
    ['IN_TRANSIT', ['MealCounted', 'MealStocked']],
    ['STOCKED', []],
    ['RESERVED', []],
    ['SOLD', ['MealCounted', 'MealFactDisputed']],
    ['RETURNED', ['MealCounted', 'MealFactDisputed']],
    ['UNEXPLAINED', ['MealCounted', 'MealFactDisputed']],
  ])('that finds a meal that is %s', (status, types) => {
    expect(eventsOf(known({ m1: mealIn(status) }), ['m1'])).toEqual(types);
  });
  it.each<[MealStatus, string[]]>([
    ['PRODUCED', []],
    ['IN_TRANSIT', []],
    ['STOCKED', ['MealCounted', 'MealUnexplained']],
    ['RESERVED', ['MealCounted', 'MealUnexplained']],
    ['EXPIRED', ['MealCounted', 'MealRemoved']],
    ['SPOILED', ['MealCounted', 'MealRemoved']],
    ['WITHDRAWN', ['MealCounted', 'MealRemoved']],
  ])('that does not find a meal that is %s', (status, types) => {
    expect(eventsOf(known({ m1: mealIn(status) }, ['m1']), [])).toEqual(types);
  });
  it('says why nobody pays: it was not counted', () => {
    const decided = correctStock(known({ m1: mealIn('RESERVED') }), count([]));
    if (isRefusal(decided)) expect.fail(decided.code);
    expect(decided).toMatchObject({ missing: ['m1'], supply: [{ data: { reason: 'monthly', counted: 0 } }] });
    expect(decided.meals.get('m1')).toMatchObject([
      { data: { found: false, reason: 'monthly', correctionId: 'c1' } },
      { data: { reason: 'NOT_COUNTED', customerId: null, observedAt: now } },
    ]);
  });
  it('leaves alone what ended and lies where the list has it, and what is in another fridge', () => {
    expect(eventsOf(known({ m1: mealIn('EXPIRED') }, ['m1']), ['m1'])).toEqual([]);
    expect(eventsOf(known({ m1: mealIn('STOCKED', 'f2') }), [])).toEqual([]);
    expect(eventsOf(known({ m1: mealIn('STOCKED', 'f2') }), ['m1'])).toEqual(['MealCounted', 'MealStocked']);
  });
  it('made again before the list has heard of the first changes nothing', () => {
    const first = correctStock(known({ m1: mealIn('STOCKED') }, ['m1']), count([]));
    if (isRefusal(first)) expect.fail(first.code);
    const m1 = (first.meals.get('m1') ?? []).reduce(mealStream.evolve, mealIn('STOCKED'));
    expect(eventsOf(known({ m1 }, ['m1']), [])).toEqual([]);
  });
  it('names meals that nobody produced', () => {
    const refused = correctStock(known({ m1: null }), count(['m1', 'm2']));
    expect(refused).toMatchObject({ status: 422, code: 'meals-unknown', extra: { meals: ['m1', 'm2'] } });
  });
  it('S0-INV-05 waits for a customer, not for staff', () => {
    const at = (other: Session) => correctStock({ ...known({}), sessions: [other] }, count([]));
    for (const status of ['OPENING', 'OPEN'] as const)
      expect(at(session('c1', status))).toMatchObject({ status: 409, code: 'fridge-in-use' });
    expect(isRefusal(at(session(null, 'OPEN')))).toBe(false);
    expect(isRefusal(at(session('c1', 'SETTLED')))).toBe(false);
  });
  it('made again changes nothing, whatever there was', () => {
    const one = fc.record({
      status: fc.constantFrom(...mealStatuses),
      fridge: fc.constantFrom('f1', 'f2'),
      listed: fc.boolean(),
      counted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (all) => {
        const ids = all.map((_, index) => `m${index}`);
        const meals = new Map(all.map(({ status, fridge }, index) => [`m${index}`, mealIn(status, fridge)]));
        const listed = new Set(ids.filter((_, index) => all[index]?.listed));
        const counted = ids.filter((_, index) => all[index]?.counted);
        const first = correctStock({ meals, listed, sessions: [] }, count(counted));
        if (isRefusal(first)) expect.fail(first.code);
        const after = new Map(
          [...meals].map(([id, meal]) => [id, (first.meals.get(id) ?? []).reduce(mealStream.evolve, meal)]),
        );
        for (const id of ids)
          if (counted.includes(id)) listed.add(id);
          else listed.delete(id);
        const second = correctStock(
          { meals: after, listed, sessions: [] },
          { ...count(counted), now: now + 1 },
        );
        expect(second).toMatchObject({ missing: [], found: [], disputed: [], supply: [] });
        for (const [id, meal] of after) {
          const here = meal?.fridgeId === 'f1' && (meal.status === 'STOCKED' || meal.status === 'RESERVED');
          if (here) expect(counted).toContain(id);
        }
      }),
    );
  });
});
