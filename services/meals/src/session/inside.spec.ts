import { expect, it } from 'vitest';
import type { Lot } from '../lot/lot.ts';
import type { Meal } from '../meal/meal.ts';
import { type Inside, shownTo, unfit } from './inside.ts';
import { noon, stockedMeal } from './session.samples.ts';

const lot = (recalledAt: number | null): Lot => ({
  sku: 'dal',
  kitchenId: 'k1',
  quantity: 1,
  producedAt: noon,
  expiresAt: noon,
  allergens: [],
  mayContain: [],
  recalledAt,
  recallReason: null,
});
const inside = (meal: Meal, recalledAt: number | null = null): Inside[] => [
  { mealId: 'm1', meal, lot: lot(recalledAt) },
];
const until = noon + 2_500;
const prices = (meal: Meal, customerId: string | null = 'c1') =>
  shownTo(inside(meal), { fridgeId: 'f1', customerId, now: noon }, { currency: 'USD' });
const reserved = (customerId: string, reservedUntil = noon + 1) =>
  stockedMeal({ status: 'RESERVED', customerId, reservedUntil });

it('S0-INV-04 one meal that nobody may eat keeps the door shut', () => {
  expect(unfit([], until)).toBeUndefined();
  expect(unfit(inside(stockedMeal()), until)).toBeUndefined();
  for (const status of ['EXPIRED', 'SPOILED', 'WITHDRAWN'] as const)
    expect(unfit(inside(stockedMeal({ status })), until)?.code).toBe('fridge-unsafe');
  expect(unfit(inside(stockedMeal(), noon), until)?.code).toBe('fridge-unsafe');
});
it('S0-INV-04 what expires while the door may still open is unsafe before it does', () => {
  expect(unfit(inside(stockedMeal({ expiresAt: until })), until)?.code).toBe('fridge-unsafe');
  expect(unfit(inside(stockedMeal({ expiresAt: until + 1 })), until)).toBeUndefined();
});
it('S0-INV-05 shows a reserved meal to nobody but whom it is kept for', () => {
  expect(prices(stockedMeal())).toHaveLength(1);
  expect(prices(reserved('c1'))).toMatchObject([{ mealId: 'm1', currency: 'USD' }]);
  expect(prices(reserved('c2'))).toEqual([]);
  expect(prices(reserved('c2'), null)).toEqual([]);
  expect(prices(reserved('c2', noon))).toHaveLength(1);
});
it('shows nothing that is elsewhere, has ended, or was never made', () => {
  expect(prices(stockedMeal({ fridgeId: 'f2' }))).toEqual([]);
  expect(prices(stockedMeal({ status: 'IN_TRANSIT' }))).toEqual([]);
  expect(prices(stockedMeal({ status: 'EXPIRED' }))).toEqual([]);
  expect(prices(null)).toEqual([]);
});
