import type { Instant } from '@dabba/contracts';
import type { Meal, MealEvent } from '../meal/meal.ts';

/** A meal that was in the fridge when it had been too warm may never be sold. One sold or ended before stays as it is. */
export function spoiledIn(
  fridgeId: string,
  lockedAt: Instant,
  mealId: string,
  meal: Meal,
): readonly MealEvent[] {
  if (meal === null || meal.fridgeId !== fridgeId) return [];
  if (meal.status !== 'STOCKED' && meal.status !== 'RESERVED') return [];
  const { lotId, sku } = meal;
  // Never before it came in: its own history stays in order.
  const spoiledAt = Math.max(lockedAt, meal.since);
  const why = { reason: 'EXCURSION', note: '', spoiledAt } as const;
  return [{ type: 'MealSpoiled', data: { mealId, lotId, sku, fridgeId, customerId: null, ...why } }];
}
