import type { Instant } from '@dabba/contracts';
import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { isRecalled, type Lot } from '../lot/lot.ts';
import { decideMeal } from '../meal/decide.ts';
import type { Meal, MealEvent } from '../meal/meal.ts';
import { mealsOn, type PickList, type PickListEvent } from './pick-list.ts';

export interface Ended {
  list: readonly PickListEvent[];
  meals: ReadonlyMap<string, readonly MealEvent[]>;
}

export interface ListState {
  list: PickList;
  meals: ReadonlyMap<string, Meal>;
  /** By lot id. */
  lots: ReadonlyMap<string, Lot>;
  /** Fridges of the list from which nothing is sold now. */
  locked: readonly string[];
}

/** All meals of the list leave together, or none: one that has moved on is named. Pure. */
export function shipList(
  known: ListState,
  { pickListId, courierId: carrier, now }: { pickListId: string; courierId: string | null; now: Instant },
): Ended | Refusal {
  const { list, locked } = known;
  if (list === null) return unknown(pickListId);
  if (list.status !== 'OPEN') return over(list);
  const courierId = carrier ?? list.courierId;
  if (courierId === null)
    return refuse(422, 'courier-missing', 'Say who brings them', { pointer: '/courier_id' });
  if (list.courierId !== null && courierId !== list.courierId)
    return refuse(409, 'other-courier', `${list.courierId} is to bring them`, { courier_id: list.courierId });
  if (locked.length > 0)
    return refuse(409, 'fridge-locked', `Nothing may be brought to ${locked.join(', ')}`, {
      fridges: locked,
    });
  const { kitchenId, routeId } = list;
  const shipped = new Map<string, readonly MealEvent[]>();
  const movedOn: { meal_id: string; meal_status: string }[] = [];
  for (const { mealId, fridgeId } of mealsOn(list)) {
    const meal = known.meals.get(mealId) ?? null;
    const ship = { do: 'ship', mealId, fridgeId, courierId, routeId, now } as const;
    const decided = decideMeal(meal, ship);
    const ours = meal?.pick?.pickListId === pickListId && !isRecalled(known.lots.get(meal.lotId) ?? null);
    if (isRefusal(decided) || !ours)
      movedOn.push({ meal_id: mealId, meal_status: meal?.status ?? 'UNKNOWN' });
    else shipped.set(mealId, decided);
  }
  if (movedOn.length > 0)
    return refuse(409, 'meals-moved-on', `${movedOn.length} meals of the list may not go with it any more`, {
      meals: movedOn,
    });
  const data = { pickListId, kitchenId, courierId, routeId, meals: shipped.size, shippedAt: now };
  return { list: [{ type: 'PickListShipped', data }], meals: shipped };
}

/** What the list still claims is free again. Pure. */
export function cancelList(
  { list, meals }: Pick<ListState, 'list' | 'meals'>,
  { pickListId, now }: { pickListId: string; now: Instant },
): Ended | Refusal {
  if (list === null) return unknown(pickListId);
  if (list.status !== 'OPEN') return over(list);
  const free = new Map<string, readonly MealEvent[]>();
  for (const { mealId, fridgeId } of mealsOn(list)) {
    const meal = meals.get(mealId) ?? null;
    if (meal?.pick?.pickListId !== pickListId) continue;
    const { lotId, sku } = meal;
    const data = { mealId, lotId, sku, pickListId, fridgeId, customerId: null, unpickedAt: now };
    free.set(mealId, [{ type: 'MealUnpicked', data }]);
  }
  const cancelled = { pickListId, kitchenId: list.kitchenId, cancelledAt: now };
  return { list: [{ type: 'PickListCancelled', data: cancelled }], meals: free };
}

function unknown(id: string): Refusal {
  return refuse(404, 'pick-list-unknown', `No pick list ${id}`);
}

function over({ status }: NonNullable<PickList>): Refusal {
  return refuse(409, 'pick-list-not-open', `It is ${status}`, { pick_list_status: status });
}
