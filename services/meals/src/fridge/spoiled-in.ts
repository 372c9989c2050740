import type { Instant } from '@dabba/contracts';
import type { Meal, MealEvent } from '../meal/meal.ts';

/** What is known of a fridge that had been too warm. */
export interface Warmth {
  fridgeId: string;
  lockedAt: Instant;
  /** When it was cleared last; null: never. */
  clearedAt: Instant | null;
}

/**
 * A meal that was in the fridge when it had been too warm may never be sold. One sold or ended before stays as it is, and so
 * does one that came in after the fridge had been cleared.
 */
export function spoiledIn(
  { fridgeId, lockedAt, clearedAt }: Warmth,
  mealId: string,
  meal: Meal,
): readonly MealEvent[] {
  if (meal === null || meal.fridgeId !== fridgeId) return [];
  if (meal.status !== 'STOCKED' && meal.status !== 'RESERVED') return [];
  if (clearedAt !== null && clearedAt > lockedAt && meal.since >= clearedAt) return [];
  const { lotId, sku } = meal;
  // Never before it came in: its own history stays in order.
  const spoiledAt = Math.max(lockedAt, meal.since);
  const why = { reason: 'EXCURSION', note: '', spoiledAt } as const;
  return [{ type: 'MealSpoiled', data: { mealId, lotId, sku, fridgeId, customerId: null, ...why } }];
}
