import { isRefusal } from '@dabba/event-store';
import { describe, expect, it } from 'vitest';
import type { Lot } from '../lot/lot.ts';
import { expiry, lives, noon } from '../meal/meal.samples.ts';
import { type Meal, mealStream } from '../meal/meal.ts';
import { cancelList, type ListState, shipList } from './end-list.ts';
import { type PickListEvent, pickListStream } from './pick-list.ts';

const made: PickListEvent = {
  type: 'PickListMade',
  data: {
    ...{ pickListId: 'p1', kitchenId: 'k1', courierId: 'r1', routeId: 't1', short: [], madeAt: noon },
    lines: [{ fridgeId: 'f1', sku: 'dal', mealIds: ['m1', 'm2'] }],
  },
};
const pick = { pickListId: 'p1', fridgeId: 'f1' };
const mealOf = (status: keyof typeof lives, change: Partial<NonNullable<Meal>> = {}): Meal => {
  const meal = lives[status].reduce(mealStream.evolve, null);
  return meal && { ...meal, pick: status === 'PRODUCED' ? pick : null, ...change };
};
const state = (change: Partial<ListState> = {}): ListState => ({
  list: [made].reduce(pickListStream.evolve, pickListStream.initial()),
  meals: new Map([
    ['m1', mealOf('PRODUCED')],
    ['m2', mealOf('PRODUCED')],
  ]),
  lots: new Map(),
  locked: [],
  ...change,
});
const ship = { pickListId: 'p1', courierId: null, now: noon };
const two = (second: Meal) =>
  new Map([
    ['m1', mealOf('PRODUCED')],
    ['m2', second],
  ]);
const recalled: Lot = {
  ...{ sku: 'dal', kitchenId: 'k1', quantity: 2, producedAt: noon, expiresAt: expiry },
  ...{ allergens: null, mayContain: null, recalledAt: noon, recallReason: 'glass' },
};

describe('a list that leaves', () => {
  it('takes all its meals with its courier and its trip', () => {
    const decided = shipList(state(), ship);
    if (isRefusal(decided)) expect.fail(decided.code);
    expect(decided.list).toMatchObject([{ type: 'PickListShipped', data: { meals: 2, courierId: 'r1' } }]);
    expect([...decided.meals]).toMatchObject([
      ['m1', [{ type: 'MealShipped', data: { courierId: 'r1', routeId: 't1', fridgeId: 'f1' } }]],
      ['m2', [{ type: 'MealShipped' }]],
    ]);
  });
  it.each<[string, Partial<ListState>, string]>([
    ['one was shipped by hand', { meals: two(mealOf('IN_TRANSIT')) }, 'meals-moved-on'],
    ['one was withdrawn', { meals: two(mealOf('WITHDRAWN')) }, 'meals-moved-on'],
    [
      'one is on another list',
      { meals: two(mealOf('PRODUCED', { pick: { ...pick, pickListId: 'p2' } })) },
      'meals-moved-on',
    ],
    ['one expired', { meals: two(mealOf('PRODUCED', { expiresAt: noon })) }, 'meals-moved-on'],
    ['nobody knows one', { meals: two(null) }, 'meals-moved-on'],
    ['its lot is recalled', { lots: new Map([['l1', recalled]]) }, 'meals-moved-on'],
    ['a fridge is locked', { locked: ['f1'] }, 'fridge-locked'],
    ['there is no list', { list: null }, 'pick-list-unknown'],
  ])('stays, all of it, when %s', (_why, change, code) => {
    expect(shipList(state(change), ship)).toMatchObject({ refused: true, code });
  });
  it('names those that have moved on', () => {
    expect(shipList(state({ meals: two(mealOf('SPOILED')) }), ship)).toMatchObject({
      status: 409,
      extra: { meals: [{ meal_id: 'm2', meal_status: 'SPOILED' }] },
    });
  });
  it('has one courier', () => {
    expect(shipList(state(), { ...ship, courierId: 'r2' })).toMatchObject({ code: 'other-courier' });
    const { list } = state();
    const nobodys = list && { ...list, courierId: null };
    expect(shipList(state({ list: nobodys }), ship)).toMatchObject({ code: 'courier-missing' });
  });
  it.each(['PickListShipped', 'PickListCancelled'] as const)('does nothing after %s', (type) => {
    const { list } = state();
    const status = type === 'PickListShipped' ? 'SHIPPED' : 'CANCELLED';
    const over = list && ({ ...list, status } as const);
    for (const decided of [shipList(state({ list: over }), ship), cancelList(state({ list: over }), ship)])
      expect(decided).toMatchObject({ code: 'pick-list-not-open', extra: { pick_list_status: status } });
  });
});

it('a list that is given up frees what it still claims', () => {
  const decided = cancelList(state({ meals: two(mealOf('IN_TRANSIT')) }), ship);
  if (isRefusal(decided)) expect.fail(decided.code);
  expect([...decided.meals.keys()]).toEqual(['m1']);
  const [event] = decided.meals.get('m1') ?? [];
  expect(event && mealStream.evolve(mealOf('PRODUCED'), event)).toMatchObject({ pick: null });
});
