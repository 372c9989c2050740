import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lot } from '../lot/lot.ts';
import { expiry, hour, lives, noon } from '../meal/meal.samples.ts';
import type { Meal, MealStatus } from '../meal/meal.ts';
import { mealStream } from '../meal/meal.ts';
import { makeList } from './make-list.ts';
import type { FridgeKnown } from './shelf.ts';
import { supplyStream } from './supply.ts';

type Known = NonNullable<Meal>;
const made = lives.PRODUCED.reduce(mealStream.evolve, null);
const mealOf = (change: Partial<Known>): Known => {
  if (made === null) throw new Error('it was produced');
  return { ...made, ...change };
};
const lot: Lot = {
  ...{ sku: 'dal', kitchenId: 'k1', quantity: 9, producedAt: noon, expiresAt: expiry },
  ...{ allergens: [], mayContain: [], recalledAt: null, recallReason: null },
};
const wish = {
  ...{ pickListId: 'p1', kitchenId: 'k1', courierId: 'r1', routeId: 't1' },
  ...{ goodUntil: noon + 2 * hour, now: noon },
};
const fridge = (change: Partial<FridgeKnown> = {}): FridgeKnown => ({
  fridgeId: 'f1',
  capacity: 10,
  locked: false,
  supply: { ...supplyStream.initial(), levels: [{ sku: 'dal', par: 2 }] },
  meals: new Map(),
  ...change,
});
const offer = (mealId: string, change: Partial<Known> = {}, of: Lot = lot) => ({
  mealId,
  meal: mealOf(change),
  lot: of,
});
const picked = (fridges: FridgeKnown[], offered: ReturnType<typeof offer>[]) => {
  const decided = makeList(fridges, offered, wish);
  return isRefusal(decided)
    ? decided.code
    : decided.list.data.lines.map(({ fridgeId, sku, mealIds }) => `${fridgeId} ${sku} ${mealIds.join()}`);
};

describe('a pick list', () => {
  it('brings a fridge to PAR with what expires first, and says on whose behalf', () => {
    const offered = [
      offer('m1', { expiresAt: expiry + 2 }),
      offer('m2'),
      offer('m3', { expiresAt: expiry + 1 }),
    ];
    const decided = makeList([fridge()], offered, wish);
    if (isRefusal(decided)) expect.fail(decided.code);
    expect(decided.list.data.lines).toEqual([{ fridgeId: 'f1', sku: 'dal', mealIds: ['m2', 'm3'] }]);
    expect([...decided.meals.values()].map(({ data }) => data)).toMatchObject([
      { mealId: 'm2', fridgeId: 'f1', courierId: 'r1', routeId: 't1', pickListId: 'p1' },
      { mealId: 'm3' },
    ]);
    expect(decided.supplies.get('f1')?.data.meals).toHaveLength(2);
  });
  it.each<[string, Partial<Known>, number]>([
    ['inside', { status: 'STOCKED', fridgeId: 'f1', place: 'FRIDGE' }, 1],
    ['kept for a customer', { status: 'RESERVED', fridgeId: 'f1', place: 'FRIDGE' }, 1],
    ['on its way', { status: 'IN_TRANSIT', fridgeId: 'f1', place: 'IN_TRANSIT' }, 1],
    ['on another list', { pick: { pickListId: 'p0', fridgeId: 'f1' } }, 1],
    ['on a list for another fridge', { pick: { pickListId: 'p0', fridgeId: 'f2' } }, 2],
    ['about to expire', { status: 'STOCKED', fridgeId: 'f1', place: 'FRIDGE', expiresAt: wish.goodUntil }, 2],
    ['expired inside', { status: 'EXPIRED', fridgeId: 'f1', place: 'FRIDGE' }, 2],
    ['in another fridge by now', { status: 'STOCKED', fridgeId: 'f2', place: 'FRIDGE' }, 2],
    ['sold', { status: 'SOLD', fridgeId: 'f1', place: 'CUSTOMER' }, 2],
  ])('of a meal %s %#', (_what, change, wanted) => {
    const meals = new Map([['m0', mealOf(change)]]);
    const lines = picked(
      [fridge({ meals })],
      ['m1', 'm2', 'm3'].map((id) => offer(id)),
    );
    expect(lines).toEqual([`f1 dal ${['m1', 'm2'].slice(0, wanted).join()}`]);
  });
  it('counts what a list of the same moment claimed, and settles claims that came to nothing', () => {
    const levels = [{ sku: 'dal', par: 2 }];
    const picks = { fresh: { sku: 'dal', expiresAt: expiry }, gone: { sku: 'dal', expiresAt: expiry } };
    const meals = new Map([['gone', mealOf({ status: 'SOLD', fridgeId: 'f1', place: 'CUSTOMER' })]]);
    const decided = makeList(
      [fridge({ supply: { levels, setAt: noon, picks }, meals })],
      [offer('m1'), offer('m2')],
      wish,
    );
    if (isRefusal(decided)) expect.fail(decided.code);
    expect(decided.list.data.lines).toMatchObject([{ mealIds: ['m1'] }]);
    const { data } = decided.supplies.get('f1') ?? expect.fail('no claim');
    expect(data.settled).toEqual(['gone']);
    const after = supplyStream.evolve({ levels, setAt: noon, picks }, { type: 'FridgePicked', data });
    expect(Object.keys(after.picks).sort()).toEqual(['fresh', 'm1']);
  });
  it.each<[string, Partial<Known>, Lot]>([
    ['claimed', { pick: { pickListId: 'p0', fridgeId: 'f2' } }, lot],
    ['shipped', { status: 'IN_TRANSIT' }, lot],
    ['of another kitchen', { kitchenId: 'k2' }, lot],
    ['about to expire', { expiresAt: wish.goodUntil }, lot],
    ['recalled', {}, { ...lot, recalledAt: noon }],
  ])('takes no meal that is %s', (_why, change, of) => {
    expect(picked([fridge()], [offer('m1', change, of)])).toBe('nothing-to-pick');
  });
  it('S0-NFR-07 brings nothing to a full fridge or a locked one', () => {
    const spoiled = new Map([['m0', mealOf({ status: 'SPOILED', fridgeId: 'f1', place: 'FRIDGE' })]]);
    expect(picked([fridge({ capacity: 1, meals: spoiled })], [offer('m1')])).toBe('nothing-to-pick');
    expect(picked([fridge({ locked: true })], [offer('m1')])).toBe('nothing-to-pick');
  });
});

describe('whatever there is', () => {
  const skus = ['dal', 'wrap'] as const;
  const status = fc.constantFrom<MealStatus>(
    'PRODUCED',
    'IN_TRANSIT',
    'STOCKED',
    'RESERVED',
    'SPOILED',
    'SOLD',
  );
  const inFridge = fc.record({
    status,
    sku: fc.constantFrom(...skus),
    expiresAt: fc.integer({ min: noon, max: expiry }),
  });
  const shelf = fc.record({
    capacity: fc.integer({ min: 0, max: 12 }),
    pars: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
    inside: fc.array(inFridge, { maxLength: 12 }),
  });
  const kitchen = fc.array(
    fc.record({ sku: fc.constantFrom(...skus), expiresAt: fc.integer({ min: noon, max: expiry }) }),
    { maxLength: 40 },
  );

  it('never over PAR, never over the capacity, no meal twice, the earliest to expire first', () => {
    fc.assert(
      fc.property(fc.array(shelf, { minLength: 1, maxLength: 4 }), kitchen, (shelves, free) => {
        const fridges = shelves.map(({ capacity, pars, inside }, index): FridgeKnown => {
          const fridgeId = `f${index}`;
          return fridge({
            ...{ fridgeId, capacity },
            supply: {
              ...supplyStream.initial(),
              levels: skus.map((sku, at) => ({ sku, par: pars[at] ?? 1 })),
            },
            meals: new Map(
              inside.map(({ status: is, ...meal }, at) => [
                `${fridgeId}-${at}`,
                mealOf({
                  ...meal,
                  status: is,
                  fridgeId: is === 'PRODUCED' ? null : fridgeId,
                  place: placeOf(is),
                }),
              ]),
            ),
          });
        });
        const offered = free.map((meal, at) => offer(`m${at}`, meal));
        const decided = makeList(fridges, offered, wish);
        const lines = isRefusal(decided) ? [] : decided.list.data.lines;
        const all = lines.flatMap(({ mealIds }) => mealIds);
        expect(new Set(all).size).toBe(all.length);
        for (const { fridgeId, capacity, supply, meals } of fridges) {
          const inside = [...meals.values()].flatMap((meal) => meal ?? []);
          const own = lines.filter((line) => line.fridgeId === fridgeId);
          const brought = own.reduce((sum, { mealIds }) => sum + mealIds.length, 0);
          const taken = inside.filter(({ status: is }) => is !== 'SOLD' && is !== 'PRODUCED').length;
          expect(brought === 0 || taken + brought <= capacity).toBe(true);
          for (const { sku, par } of supply.levels) {
            const have = inside.filter(
              (meal) =>
                meal.sku === sku &&
                meal.expiresAt > wish.goodUntil &&
                ['IN_TRANSIT', 'STOCKED', 'RESERVED'].includes(meal.status),
            ).length;
            const given = own.find((line) => line.sku === sku)?.mealIds.length ?? 0;
            expect(given === 0 || have + given <= par).toBe(true);
          }
        }
        const taken = new Set(all);
        for (const sku of skus) {
          const good = offered.filter(({ meal }) => meal.sku === sku && meal.expiresAt > wish.goodUntil);
          const last = Math.max(
            0,
            ...good.flatMap(({ mealId, meal }) => (taken.has(mealId) ? [meal.expiresAt] : [])),
          );
          for (const { mealId, meal } of good)
            if (!taken.has(mealId)) expect(meal.expiresAt).toBeGreaterThanOrEqual(last);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function placeOf(status: MealStatus): Known['place'] {
  if (status === 'PRODUCED') return 'KITCHEN';
  if (status === 'SOLD') return 'CUSTOMER';
  return status === 'IN_TRANSIT' ? 'IN_TRANSIT' : 'FRIDGE';
}
