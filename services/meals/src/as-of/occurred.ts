import type { Instant } from '@dabba/contracts';
import type { MealEvent } from '../meal/meal.ts';

/** When it happened: by the fridge's clock for what a fridge saw, else when it was decided. Not when it was told. */
export function occurredAt({ type, data }: MealEvent): Instant {
  switch (type) {
    case 'MealProduced':
      return data.producedAt;
    case 'MealPicked':
      return data.pickedAt;
    case 'MealUnpicked':
      return data.unpickedAt;
    case 'MealShipped':
      return data.shippedAt;
    case 'MealStocked':
      return data.stockedAt;
    case 'MealReserved':
      return data.reservedAt;
    case 'MealReservationReleased':
      return data.releasedAt;
    case 'MealSold':
      return data.soldAt;
    case 'MealRefunded':
      return data.refundedAt;
    case 'MealExpired':
      return data.expiredAt;
    case 'MealSpoiled':
      return data.spoiledAt;
    case 'MealWithdrawn':
      return data.withdrawnAt;
    case 'MealReturned':
      return data.returnedAt;
    case 'MealRemoved':
      return data.removedAt;
    case 'MealUnexplained':
    case 'MealFactDisputed':
      return data.observedAt;
    case 'MealCounted':
      return data.countedAt;
    default:
      return type satisfies never;
  }
}
