import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

/** S0-STM-01, and two ends more: RETURNED for a meal brought back, UNEXPLAINED for one that is gone and may not be charged (B5). */
export const mealStatuses = [
  'PRODUCED',
  'IN_TRANSIT',
  'STOCKED',
  'RESERVED',
  'SOLD',
  'REFUNDED',
  'EXPIRED',
  'SPOILED',
  'WITHDRAWN',
  'RETURNED',
  'UNEXPLAINED',
] as const;
export type MealStatus = (typeof mealStatuses)[number];

export type MealEvent = Event<
  | 'MealProduced'
  | 'MealShipped'
  | 'MealStocked'
  | 'MealReserved'
  | 'MealReservationReleased'
  | 'MealSold'
  | 'MealRefunded'
  | 'MealExpired'
  | 'MealSpoiled'
  | 'MealWithdrawn'
  | 'MealReturned'
  | 'MealRemoved'
  | 'MealUnexplained'
  | 'MealFactDisputed'
>;

/** One physical meal; null before it was produced. */
export type Meal = null | {
  status: MealStatus;
  lotId: string;
  sku: string;
  kitchenId: string;
  producedAt: Instant;
  /** First instant at which it may not be sold. */
  expiresAt: Instant;
  fridgeId: string | null;
  customerId: string | null;
  /** Minor units. */
  price: number | null;
  currency: string | null;
  /** When the reservation ends by itself; null where there is none. */
  reservedUntil: Instant | null;
  /** When it entered its status. */
  since: Instant;
};

export const mealStream: StreamType<Meal, MealEvent> = {
  name: 'meal',
  revision: 2,
  initial: () => null,
  evolve,
};

export function mealRef(id: string, metro: string): StreamRef<Meal, MealEvent> {
  return { type: mealStream, id, metro };
}

function evolve(meal: Meal, { type, data }: MealEvent): Meal {
  if (type === 'MealProduced') {
    const { lotId, sku, kitchenId, producedAt, expiresAt } = data;
    const nowhere = { fridgeId: null, customerId: null, price: null, currency: null, reservedUntil: null };
    return {
      status: 'PRODUCED',
      lotId,
      sku,
      kitchenId,
      producedAt,
      expiresAt,
      ...nowhere,
      since: producedAt,
    };
  }
  if (meal === null) throw new Error(`${type} on a meal that was never produced`);
  switch (type) {
    case 'MealShipped':
      return { ...meal, status: 'IN_TRANSIT', fridgeId: data.fridgeId, since: data.shippedAt };
    case 'MealStocked':
      return {
        ...meal,
        status: 'STOCKED',
        fridgeId: data.fridgeId,
        customerId: null,
        reservedUntil: null,
        since: data.stockedAt,
      };
    case 'MealReserved': {
      const { customerId, until: reservedUntil, reservedAt: since } = data;
      return { ...meal, status: 'RESERVED', customerId, reservedUntil, since };
    }
    case 'MealReservationReleased':
      return { ...meal, status: 'STOCKED', customerId: null, reservedUntil: null, since: data.releasedAt };
    case 'MealSold': {
      const { customerId, price, currency, soldAt } = data;
      return { ...meal, status: 'SOLD', customerId, price, currency, reservedUntil: null, since: soldAt };
    }
    case 'MealRefunded':
      return { ...meal, status: 'REFUNDED', since: data.refundedAt };
    case 'MealExpired':
      return ended(meal, 'EXPIRED', data.expiredAt);
    case 'MealSpoiled':
      return ended(meal, 'SPOILED', data.spoiledAt);
    case 'MealWithdrawn':
      return ended(meal, 'WITHDRAWN', data.withdrawnAt);
    case 'MealReturned':
      return ended(meal, 'RETURNED', data.returnedAt);
    case 'MealRemoved':
      // How it ended stays as it was; only its place is known no more. One that was sold keeps where.
      return meal.status === 'SOLD' || meal.status === 'REFUNDED' ? meal : { ...meal, fridgeId: null };
    case 'MealUnexplained':
      return {
        ...meal,
        status: 'UNEXPLAINED',
        customerId: data.customerId,
        reservedUntil: null,
        since: data.observedAt,
      };
    case 'MealFactDisputed':
      return meal;
    default:
      return type satisfies never;
  }
}

/** Nobody's any more; where it was last stays known, for whoever has to fetch it. */
function ended(meal: NonNullable<Meal>, status: MealStatus, since: Instant): Meal {
  return { ...meal, status, customerId: null, reservedUntil: null, since };
}
