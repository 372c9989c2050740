import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Meal, MealEvent } from './meal.ts';
import { allowed, type Known, refuseFor } from './transitions.ts';

/** What people and timers ask of a meal. What fridges saw of it is not asked: see `observe`. */
export type MealCommand = { mealId: string; now: Instant } & (
  | { do: 'ship'; fridgeId: string | null; courierId: string | null; routeId: string | null }
  | { do: 'reserve'; customerId: string; until: Instant }
  /** `customerId` null: operations, who may release anybody's. */
  | { do: 'release'; customerId: string | null }
  /** The timer of the reservation that ends then. */
  | { do: 'time-out'; until: Instant }
  | { do: 'spoil'; note: string }
  | { do: 'withdraw'; note: string }
  | { do: 'return'; note: string }
  | { do: 'refund'; reason: string }
  | { do: 'expire' }
);

type Asked<D extends MealCommand['do']> = Extract<MealCommand, { do: D }>;
type Decision = readonly MealEvent[] | Refusal;

/** S0-STM-01. Pure. Whatever the machine does not know is a 409 and no event; no events: it is so already. */
export function decideMeal(meal: Meal, command: MealCommand): Decision {
  if (meal === null) return refuse(404, 'meal-unknown', `No meal ${command.mealId}`);
  if (!allowed[command.do].some((status) => status === meal.status)) return refuseFor(meal, command.do);
  const { mealId, now } = command;
  const { lotId, sku, fridgeId } = meal;
  const nobody = { mealId, lotId, sku, fridgeId, customerId: null };
  switch (command.do) {
    case 'ship':
      return ship(meal, command);
    case 'reserve':
      return reserve(meal, command);
    case 'release':
      return command.customerId === null || command.customerId === meal.customerId
        ? released(meal, mealId, 'CANCELLED', now)
        : anothers();
    case 'time-out':
      return meal.reservedUntil === command.until && now >= command.until
        ? released(meal, mealId, 'TIMEOUT', command.until)
        : refuse(409, 'reservation-not-over', 'It is reserved for longer');
    case 'spoil':
      return [
        {
          type: 'MealSpoiled',
          data: { ...nobody, reason: 'DAMAGED', note: command.note, spoiledAt: now },
        },
      ];
    case 'withdraw':
      return [
        {
          type: 'MealWithdrawn',
          data: { ...nobody, reason: 'CORRECTION', note: command.note, withdrawnAt: now },
        },
      ];
    case 'return':
      return [{ type: 'MealReturned', data: { ...nobody, note: command.note, returnedAt: now } }];
    case 'refund':
      return refund(meal, command);
    case 'expire':
      // Never before it came where it is: its own history stays in order.
      return now < meal.expiresAt
        ? refuse(409, 'meal-not-expired', `It may be sold until ${timeOf(meal.expiresAt)}`)
        : [
            {
              type: 'MealExpired',
              data: { ...nobody, expiredAt: Math.max(meal.expiresAt, meal.since) },
            },
          ];
    default:
      return command satisfies never;
  }
}

function ship(meal: Known, { mealId, fridgeId, courierId, routeId, now }: Asked<'ship'>): Decision {
  if (now >= meal.expiresAt) return expired(meal);
  const trip = { mealId, courierId, routeId, fridgeId, customerId: null, shippedAt: now, inferred: false };
  return [{ type: 'MealShipped', data: trip }];
}

function reserve(meal: Known, { mealId, customerId, until, now }: Asked<'reserve'>): Decision {
  if (now >= meal.expiresAt) return expired(meal);
  if (until <= now) return refuse(422, 'reservation-in-the-past', 'It would be over already');
  // One that has ended by itself ended then, however late its timer is.
  const over = meal.reservedUntil !== null && now >= meal.reservedUntil;
  if (meal.status === 'RESERVED' && !over) return meal.customerId === customerId ? [] : anothers();
  const { lotId, sku, fridgeId, reservedUntil } = meal;
  if (fridgeId === null) return refuseFor(meal, 'reserve');
  const before = reservedUntil === null ? [] : released(meal, mealId, 'TIMEOUT', reservedUntil);
  const claim = { mealId, lotId, sku, fridgeId, customerId, sessionId: null };
  return [
    ...before,
    {
      type: 'MealReserved',
      data: { ...claim, until: Math.min(until, meal.expiresAt), reservedAt: now },
    },
  ];
}

function released(
  { lotId, sku, fridgeId, customerId }: Known,
  mealId: string,
  reason: 'TIMEOUT' | 'CANCELLED',
  releasedAt: Instant,
): readonly MealEvent[] {
  if (fridgeId === null || customerId === null) throw new Error(`${mealId} is reserved by nobody`);
  return [
    {
      type: 'MealReservationReleased',
      data: { mealId, lotId, sku, fridgeId, customerId, reason, releasedAt },
    },
  ];
}

/** The price as sold: what was paid is what comes back. */
function refund(meal: Known, { mealId, reason, now: refundedAt }: Asked<'refund'>): Decision {
  const { lotId, sku, fridgeId, customerId, price, currency } = meal;
  if (fridgeId === null || customerId === null || price === null || currency === null)
    throw new Error(`${mealId} was sold without a customer or a price`);
  const sale = { mealId, lotId, sku, fridgeId, customerId, price, currency };
  return [{ type: 'MealRefunded', data: { ...sale, reason, refundedAt } }];
}

function anothers(): Refusal {
  return refuse(409, 'meal-reserved-by-another', 'Another customer has reserved it');
}

function expired({ expiresAt }: Known): Refusal {
  return refuse(409, 'meal-expired', `It expired at ${timeOf(expiresAt)}`);
}

function timeOf(at: Instant): string {
  return new Date(at).toISOString();
}
