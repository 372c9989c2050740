import type { Instant } from '@dabba/contracts';
import type { Meal, MealEvent } from '../meal/meal.ts';

export interface Gone {
  mealId: string;
  fridgeId: string;
  at: Instant;
  /** Who had the door open; null where nobody did, or staff. */
  customerId: string | null;
  reason: 'VANISHED' | 'NO_PRICE' | 'RETURNED';
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
    case 'SOLD':
    case 'REFUNDED':
    case 'EXPIRED':
    case 'SPOILED':
    case 'WITHDRAWN':
    case 'RETURNED':
    case 'UNEXPLAINED':
      return [];
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
