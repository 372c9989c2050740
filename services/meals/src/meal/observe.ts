import type { Events, Instant } from '@dabba/contracts';
import type { Meal, MealEvent } from './meal.ts';

/** What a fridge says it saw. It happened, so it is never refused (CORRECTNESS B5): at worst it is disputed. */
export type Observation =
  | { saw: 'STOCKED'; mealId: string; fridgeId: string; at: Instant }
  | {
      saw: 'SOLD';
      mealId: string;
      fridgeId: string;
      at: Instant;
      customerId: string;
      /** Minor units. */
      price: number;
      currency: string;
      sessionId: string | null;
      /** What was known of its safety when it was sold; null where the fridge did not say. */
      verdict: Events['MealSold']['verdict'];
    };

type Known = NonNullable<Meal>;
type Sale = Extract<Observation, { saw: 'SOLD' }>;

/** Observation on a meal that exists → events. None: nothing new was learnt. */
export function observe(meal: Known, seen: Observation): readonly MealEvent[] {
  switch (seen.saw) {
    case 'STOCKED':
      return stocked(meal, seen);
    case 'SOLD':
      return sold(meal, seen);
    default:
      return seen satisfies never;
  }
}

function stocked(meal: Known, seen: Observation): readonly MealEvent[] {
  const { mealId, fridgeId, at } = seen;
  const { lotId, sku } = meal;
  const arrived: MealEvent = {
    type: 'MealStocked',
    data: { mealId, lotId, sku, fridgeId, customerId: null, stockedAt: at },
  };
  switch (meal.status) {
    case 'PRODUCED':
      // Nobody recorded the trip, and yet it arrived: the missing step is inferred, so that no history skips it.
      return [
        {
          type: 'MealShipped',
          data: {
            ...{ mealId, courierId: null, routeId: null, fridgeId, customerId: null },
            ...{ shippedAt: at, inferred: true },
          },
        },
        arrived,
      ];
    case 'IN_TRANSIT':
      return [arrived];
    case 'STOCKED':
    case 'RESERVED':
      if (meal.fridgeId === fridgeId) return [];
      // Two fridges report independently: the later sight is where the meal is now, an older one only came late.
      return at > meal.since ? [arrived] : [disputed(meal, seen)];
    case 'SOLD':
    case 'REFUNDED':
    case 'EXPIRED':
    case 'SPOILED':
    case 'WITHDRAWN':
    case 'RETURNED':
      return [disputed(meal, seen)];
    case 'UNEXPLAINED':
      // A count had missed it.
      return meal.notCounted && at > meal.since ? [arrived] : [disputed(meal, seen)];
    default:
      return meal.status satisfies never;
  }
}

function sold(meal: Known, seen: Sale): readonly MealEvent[] {
  const { fridgeId, at, customerId } = seen;
  switch (meal.status) {
    case 'PRODUCED':
    case 'IN_TRANSIT':
      return [unexplained(meal, seen, 'NOT_STOCKED')];
    case 'STOCKED':
      return [bought(meal, seen)];
    case 'RESERVED':
      return meal.customerId === customerId || !claimed(meal, at)
        ? [bought(meal, seen)]
        : [unexplained(meal, seen, 'RESERVED')];
    case 'EXPIRED':
    case 'SPOILED':
    case 'WITHDRAWN':
    case 'RETURNED':
      // A fridge that was away tells late of a sale made while the meal was still good: the sale came first.
      return at < meal.since ? [bought(meal, seen)] : [unexplained(meal, seen, meal.status)];
    case 'SOLD':
    case 'REFUNDED':
    case 'UNEXPLAINED': {
      // A count had not found what a fridge that was away tells of only now.
      if (meal.status === 'UNEXPLAINED' && meal.notCounted && at < meal.since) return [bought(meal, seen)];
      const sameAgain = meal.fridgeId === fridgeId && meal.customerId === customerId && meal.since === at;
      return sameAgain ? [] : [disputed(meal, seen)];
    }
    default:
      return meal.status satisfies never;
  }
}

/** Whether the reservation held then: a sale told late may have come before it, or after it ended by itself. */
function claimed({ since, reservedUntil }: Known, at: Instant): boolean {
  return at >= since && at < (reservedUntil ?? Infinity);
}

/** What was for sale there then is sold; anything else is gone and nobody is charged. */
function bought(meal: Known, seen: Sale): MealEvent {
  const { mealId, fridgeId, at, customerId, price, currency, sessionId, verdict } = seen;
  if (meal.fridgeId !== fridgeId) return unexplained(meal, seen, 'OTHER_FRIDGE');
  if (at >= meal.expiresAt) return unexplained(meal, seen, 'EXPIRED');
  if (verdict?.temperatureSafe === false) return unexplained(meal, seen, 'SPOILED');
  const { lotId, sku } = meal;
  return {
    type: 'MealSold',
    data: { mealId, lotId, sku, fridgeId, customerId, price, currency, soldAt: at, sessionId, verdict },
  };
}

function unexplained(meal: Known, seen: Sale, reason: Events['MealUnexplained']['reason']): MealEvent {
  const { mealId, fridgeId, customerId, at: observedAt } = seen;
  const { lotId, sku } = meal;
  return { type: 'MealUnexplained', data: { mealId, lotId, sku, fridgeId, customerId, reason, observedAt } };
}

function disputed(meal: Known, seen: Observation): MealEvent {
  const { mealId, fridgeId, at: observedAt, saw: observation } = seen;
  const customerId = seen.saw === 'SOLD' ? seen.customerId : null;
  return {
    type: 'MealFactDisputed',
    data: { mealId, fridgeId, customerId, observation, status: meal.status, observedAt },
  };
}
