import type { Instant } from '@dabba/contracts';
import type { Meal, MealEvent } from '../meal/meal.ts';

export interface Gone {
  mealId: string;
  fridgeId: string;
  at: Instant;
  /** Who had the door open; null where nobody did, or staff. */
  customerId: string | null;
  reason: 'VANISHED' | 'NO_PRICE' | 'RESERVED' | 'RETURNED';
  /** Staff session in which it was taken out. */
  sessionId: string | null;
}

/** A tag went out and nobody buys it. Only a meal this fridge may hold ends by that; of any other it is no news. */
export function gone(meal: NonNullable<Meal>, seen: Gone): readonly MealEvent[] {
  const { mealId, fridgeId, at, customerId, reason } = seen;
  const { lotId, sku } = meal;
  switch (meal.status) {
    case 'PRODUCED':
    case 'IN_TRANSIT':
      break;
    case 'STOCKED':
    case 'RESERVED':
      // It came here after that was seen, or is elsewhere by now: the word is late.
      if (meal.fridgeId !== fridgeId || (meal.status === 'STOCKED' && at < meal.since)) return [];
      break;
    case 'EXPIRED':
    case 'SPOILED':
    case 'WITHDRAWN':
      // It had ended on its shelf, and lay there until now.
      return reason === 'RETURNED' || meal.fridgeId === fridgeId ? [removed(meal, seen)] : [];
    case 'SOLD':
    case 'REFUNDED':
    case 'RETURNED':
    case 'UNEXPLAINED':
      // Somebody had put it in again, which changed nothing of its end.
      return reason === 'RETURNED' ? [removed(meal, seen)] : [];
    default:
      return meal.status satisfies never;
  }
  if (reason === 'RETURNED') {
    const note = 'Taken out in a staff session';
    return [
      {
        type: 'MealReturned',
        data: { mealId, lotId, sku, fridgeId, customerId: null, note, returnedAt: at },
      },
    ];
  }
  const data = { mealId, lotId, sku, fridgeId, customerId, reason, observedAt: at };
  return [{ type: 'MealUnexplained', data }];
}

function removed({ lotId, sku }: NonNullable<Meal>, { mealId, fridgeId, sessionId, at }: Gone): MealEvent {
  const data = { mealId, lotId, sku, fridgeId, customerId: null, sessionId, removedAt: at };
  return { type: 'MealRemoved', data };
}
