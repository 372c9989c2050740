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
  | 'MealPicked'
  | 'MealUnpicked'
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
  | 'MealCounted'
  | 'MealFactDisputed'
>;

/** Where a meal is, so far as is known; null where nobody knows. */
export type Place = 'KITCHEN' | 'IN_TRANSIT' | 'FRIDGE' | 'CUSTOMER' | null;

/** One physical meal; null before it was produced. */
export type Meal = null | {
  status: MealStatus;
  lotId: string;
  sku: string;
  kitchenId: string;
  producedAt: Instant;
  /** First instant at which it may not be sold. */
  expiresAt: Instant;
  /** It is in, bound for, or was last in. */
  fridgeId: string | null;
  place: Place;
  /** Who brings it, or brought it. */
  courierId: string | null;
  /** Trip it went on. */
  routeId: string | null;
  /** Pick list that claims it while it is at its kitchen. */
  pick: { pickListId: string; fridgeId: string } | null;
  /** It is UNEXPLAINED for nothing but a count that did not find it. */
  notCounted: boolean;
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
  revision: 3,
  initial: () => null,
  evolve,
};

export function mealRef(id: string, metro: string): StreamRef<Meal, MealEvent> {
  return { type: mealStream, id, metro };
}

function evolve(meal: Meal, { type, data }: MealEvent): Meal {
  if (type === 'MealProduced') {
    const { lotId, sku, kitchenId, producedAt, expiresAt } = data;
    const nobodys = { customerId: null, price: null, currency: null, reservedUntil: null };
    const atKitchen = {
      fridgeId: null,
      place: 'KITCHEN',
      courierId: null,
      routeId: null,
      pick: null,
    } as const;
    return {
      status: 'PRODUCED',
      lotId,
      sku,
      kitchenId,
      producedAt,
      expiresAt,
      ...nobodys,
      ...atKitchen,
      notCounted: false,
      since: producedAt,
    };
  }
  if (meal === null) throw new Error(`${type} on a meal that was never produced`);
  switch (type) {
    case 'MealPicked':
      return { ...meal, pick: { pickListId: data.pickListId, fridgeId: data.fridgeId } };
    case 'MealUnpicked':
      return { ...meal, pick: null };
    case 'MealShipped': {
      const { fridgeId, courierId, routeId, shippedAt: since } = data;
      const trip = { fridgeId, courierId, routeId, place: 'IN_TRANSIT', pick: null } as const;
      return { ...meal, status: 'IN_TRANSIT', ...trip, since };
    }
    case 'MealStocked':
      return {
        ...meal,
        status: 'STOCKED',
        fridgeId: data.fridgeId,
        place: 'FRIDGE',
        customerId: null,
        reservedUntil: null,
        notCounted: false,
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
      const sale = { customerId, price, currency, place: 'CUSTOMER', notCounted: false } as const;
      return { ...meal, status: 'SOLD', ...sale, reservedUntil: null, since: soldAt };
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
      return { ...ended(meal, 'RETURNED', data.returnedAt), place: null };
    case 'MealRemoved':
      // How it ended stays as it was; only its place is known no more. One that was sold keeps where.
      return meal.status === 'SOLD' || meal.status === 'REFUNDED'
        ? meal
        : { ...meal, fridgeId: null, place: null };
    case 'MealUnexplained':
      return {
        ...meal,
        status: 'UNEXPLAINED',
        customerId: data.customerId,
        reservedUntil: null,
        place: null,
        pick: null,
        notCounted: data.reason === 'NOT_COUNTED',
        since: data.observedAt,
      };
    case 'MealCounted':
    case 'MealFactDisputed':
      return meal;
    default:
      return type satisfies never;
  }
}

/** Nobody's any more; where it was last stays known, for whoever has to fetch it. */
function ended(meal: NonNullable<Meal>, status: MealStatus, since: Instant): NonNullable<Meal> {
  return { ...meal, status, customerId: null, reservedUntil: null, pick: null, since };
}
