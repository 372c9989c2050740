import type { Instant } from '@dabba/contracts';
import { type Meal, type MealEvent, mealStream } from '../meal/meal.ts';
import { occurredAt } from './occurred.ts';

/**
 * The meal as it was at an instant, by all that is known today: its events in the order of their stream, without those
 * that happened later. A sale that was told hours after it is a sale from the moment it was made. Null: it was not yet made.
 */
export function mealAsOf(history: readonly MealEvent[], at: Instant): Meal {
  const [made, ...later] = history;
  if (made === undefined || occurredAt(made) > at) return null;
  const then = later.filter((event) => occurredAt(event) <= at);
  return [made, ...then].reduce(mealStream.evolve, mealStream.initial());
}

/** Whether it lay in the fridge then and could have been sold to somebody; a reservation ends by itself. */
export function wasInStock(meal: Meal, fridgeId: string, at: Instant): meal is NonNullable<Meal> {
  return (
    meal !== null &&
    meal.fridgeId === fridgeId &&
    (meal.status === 'STOCKED' || meal.status === 'RESERVED') &&
    at < meal.expiresAt
  );
}

/** As it was then: one whose reservation had run out was for sale, whenever that was written down. */
export function statusThen(
  { status, reservedUntil }: NonNullable<Meal>,
  at: Instant,
): 'STOCKED' | 'RESERVED' {
  return status === 'RESERVED' && at < (reservedUntil ?? Infinity) ? 'RESERVED' : 'STOCKED';
}
