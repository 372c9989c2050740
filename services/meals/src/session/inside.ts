import type { Events, Instant } from '@dabba/contracts';
import { type Refusal, refuse, type UnitOfWork } from '@dabba/event-store';
import { unsafeInside } from '../fridge/unsafe-inside.ts';
import { isRecalled, type Lot, lotRef } from '../lot/lot.ts';
import { type Meal, mealRef } from '../meal/meal.ts';
import type { Priced } from './price-list.ts';
import { pricesOf } from './prices.ts';

/** A meal last seen in the fridge, with what its lot is. */
export interface Inside {
  mealId: string;
  meal: Meal;
  lot: Lot;
}

/**
 * The streams of what lies in a fridge. A door is decided on the very states of its meals and lots: what expires, spoils
 * or is recalled in the same moment makes the decision be taken anew, and what is not listed yet has no price and is sold to nobody.
 */
export function insideRefs(listed: readonly { meal_id: string; lot_id: string }[], metro: string) {
  const meals = listed.map(({ meal_id, lot_id }) => ({ ref: mealRef(meal_id, metro), lotId: lot_id }));
  const lots = new Map(listed.map(({ lot_id }) => [lot_id, lotRef(lot_id, metro)]));
  return {
    streams: [...meals.map(({ ref }) => ref), ...lots.values()],
    load: (unit: UnitOfWork): Inside[] =>
      meals.map(({ ref, lotId }) => {
        const lot = lots.get(lotId);
        return { mealId: ref.id, meal: unit.load(ref).state, lot: lot ? unit.load(lot).state : null };
      }),
  };
}

/**
 * A door cannot protect one meal from a hand, so one that is unsafe keeps it shut for customers until staff take it out.
 * @param until the last instant at which the door may still open: what expires until then is unsafe by now
 */
export function unfit(inside: readonly Inside[], until: Instant): Refusal | undefined {
  const unsafe = inside.flatMap(({ meal, lot }) =>
    meal !== null && (unsafeInside([meal], until).length > 0 || isRecalled(lot)) ? [meal] : [],
  ).length;
  return unsafe === 0
    ? undefined
    : refuse(409, 'fridge-unsafe', `Staff have to take out ${unsafe} meals first that nobody may eat`);
}

/** Of all that this customer may buy: what is on the shelf, and what is kept for them or for nobody any more. */
export function shownTo(
  inside: readonly Inside[],
  { fridgeId, customerId, now }: { fridgeId: string; customerId: string | null; now: Instant },
  metro: Priced,
): Events['DoorSessionStarted']['prices'] {
  const theirs = inside.flatMap(({ mealId, meal }) =>
    meal !== null && meal.fridgeId === fridgeId && mayBuy(meal, customerId, now)
      ? [{ meal_id: mealId, sku: meal.sku, expires_at: new Date(meal.expiresAt) }]
      : [],
  );
  return pricesOf(theirs, metro, now);
}

function mayBuy(
  { status, customerId: keptFor, reservedUntil }: NonNullable<Meal>,
  customerId: string | null,
  now: Instant,
): boolean {
  if (status === 'STOCKED') return true;
  if (status !== 'RESERVED') return false;
  // A reservation ends by itself, however late its timer is.
  return (customerId !== null && keptFor === customerId) || now >= (reservedUntil ?? Infinity);
}
