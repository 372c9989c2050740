import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { isRecalled, type Lot } from '../lot/lot.ts';
import type { Meal, MealEvent } from '../meal/meal.ts';
import { allot } from './allot.ts';
import type { PickListEvent } from './pick-list.ts';
import { type FridgeKnown, shelfOf } from './shelf.ts';
import type { SupplyEvent } from './supply.ts';

export interface ListWish {
  pickListId: string;
  kitchenId: string;
  courierId: string | null;
  routeId: string;
  /** What expires by then is neither brought nor counted as there. */
  goodUntil: Instant;
  now: Instant;
}

/** A meal that was listed as free at its kitchen, and what its stream and its lot's say. */
export interface Offered {
  mealId: string;
  meal: Meal;
  lot: Lot;
}

export interface MadeList {
  list: Extract<PickListEvent, { type: 'PickListMade' }>;
  meals: ReadonlyMap<string, Extract<MealEvent, { type: 'MealPicked' }>>;
  supplies: ReadonlyMap<string, Extract<SupplyEvent, { type: 'FridgePicked' }>>;
}

/** Meals of one transaction. */
export const mostOnList = 500;

/**
 * From PAR less what is there or coming, met with what the kitchen has free. Pure. Decided on the streams of the meals
 * and of the fridges' supply, so that two lists at once never claim one meal or fill one gap twice.
 */
export function makeList(
  fridges: readonly FridgeKnown[],
  offered: readonly Offered[],
  wish: ListWish,
): MadeList | Refusal {
  const { goodUntil, ...ids } = wish;
  const { pickListId, kitchenId, courierId, routeId, now } = ids;
  const shelves = fridges.map((fridge) => shelfOf(fridge, goodUntil));
  const free = offered.flatMap(({ mealId, meal, lot }) =>
    isFree(meal, lot, wish) ? [{ mealId, lotId: meal.lotId, sku: meal.sku, expiresAt: meal.expiresAt }] : [],
  );
  const { lines, short } = allot(shelves, free, mostOnList);
  if (lines.length === 0)
    return refuse(409, 'nothing-to-pick', 'No fridge has both a gap and a meal for it', {
      short: short.map(({ fridgeId: fridge_id, sku, missing }) => ({ fridge_id, sku, missing })),
    });
  const meals = new Map<string, Extract<MealEvent, { type: 'MealPicked' }>>();
  const supplies = new Map<string, Extract<SupplyEvent, { type: 'FridgePicked' }>>();
  for (const { fridgeId, settled } of shelves) {
    const own = lines.filter((line) => line.fridgeId === fridgeId).flatMap((line) => line.meals);
    if (own.length === 0) continue;
    const claimed = own.map(({ mealId, sku, expiresAt }) => ({ mealId, sku, expiresAt }));
    supplies.set(fridgeId, {
      type: 'FridgePicked',
      data: { fridgeId, pickListId, meals: claimed, settled, pickedAt: now },
    });
    for (const { mealId, lotId, sku } of own)
      meals.set(mealId, {
        type: 'MealPicked',
        data: {
          mealId,
          lotId,
          sku,
          pickListId,
          fridgeId,
          courierId,
          routeId,
          customerId: null,
          pickedAt: now,
        },
      });
  }
  const packed = lines.map(({ fridgeId, sku, meals: picked }) => ({
    fridgeId,
    sku,
    mealIds: picked.map(({ mealId }) => mealId),
  }));
  const data = { pickListId, kitchenId, courierId, routeId, lines: packed, short, madeAt: now };
  return { list: { type: 'PickListMade', data }, meals, supplies };
}

function isFree(meal: Meal, lot: Lot, { kitchenId, goodUntil }: ListWish): meal is NonNullable<Meal> {
  return (
    meal?.status === 'PRODUCED' &&
    meal.kitchenId === kitchenId &&
    meal.pick === null &&
    meal.expiresAt > goodUntil &&
    !isRecalled(lot)
  );
}
