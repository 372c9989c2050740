import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

/** S0-STM-01, and UNEXPLAINED for a meal that is gone and may not be charged (CORRECTNESS B5). */
export type MealStatus = 'PRODUCED' | 'IN_TRANSIT' | 'STOCKED' | 'SOLD' | 'UNEXPLAINED';

export type MealEvent = Event<
  'MealProduced' | 'MealShipped' | 'MealStocked' | 'MealSold' | 'MealUnexplained' | 'MealFactDisputed'
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
  /** When it entered its status. */
  since: Instant;
};

export const mealStream: StreamType<Meal, MealEvent> = {
  name: 'meal',
  revision: 1,
  initial: () => null,
  evolve,
};

export function mealRef(id: string, metro: string): StreamRef<Meal, MealEvent> {
  return { type: mealStream, id, metro };
}

function evolve(meal: Meal, { type, data }: MealEvent): Meal {
  if (type === 'MealProduced') {
    const { lotId, sku, kitchenId, producedAt, expiresAt } = data;
    const nowhere = { fridgeId: null, customerId: null, price: null, currency: null };
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
      return { ...meal, status: 'STOCKED', fridgeId: data.fridgeId, since: data.stockedAt };
    case 'MealSold': {
      const { customerId, price, currency, soldAt } = data;
      return { ...meal, status: 'SOLD', customerId, price, currency, since: soldAt };
    }
    case 'MealUnexplained':
      return { ...meal, status: 'UNEXPLAINED', customerId: data.customerId, since: data.observedAt };
    case 'MealFactDisputed':
      return meal;
    default:
      return type satisfies never;
  }
}
