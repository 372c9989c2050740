import type { Instant } from '@dabba/contracts';
import type { Meal } from '../meal/meal.ts';
import type { Shelf } from './allot.ts';
import type { Supply } from './supply.ts';

/** What is known of a fridge when a list is made for it. */
export interface FridgeKnown {
  fridgeId: string;
  capacity: number;
  /** Nothing is sold from it, so nothing is brought. */
  locked: boolean;
  supply: Supply;
  /** Meals in it, bound for it or claimed for it, each as its own stream says. */
  meals: ReadonlyMap<string, Meal>;
}

/** The shelf, and which claims of earlier lists are settled: their meals are neither inside nor on their way. */
export function shelfOf(known: FridgeKnown, goodUntil: Instant): Shelf & { settled: string[] } {
  const { fridgeId, supply, meals } = known;
  const good = new Map<string, number>();
  const settled: string[] = [];
  let taken = 0;
  for (const id of new Set([...meals.keys(), ...Object.keys(supply.picks)])) {
    const claimed = supply.picks[id];
    const meal = meals.get(id);
    // A claim so fresh that the meal was not looked up.
    const counts = meal === undefined ? claimed !== undefined : meal !== null && isMeant(meal, fridgeId);
    const { sku, expiresAt } = meal ?? claimed ?? { sku: '', expiresAt: 0 };
    if (counts || (meal && liesIn(meal, fridgeId))) taken += 1;
    else if (claimed) settled.push(id);
    if (counts && expiresAt > goodUntil) good.set(sku, (good.get(sku) ?? 0) + 1);
  }
  return {
    fridgeId,
    room: known.locked ? 0 : Math.max(0, known.capacity - taken),
    levels: supply.levels.map(({ sku, par }) => ({ sku, par, have: good.get(sku) ?? 0 })),
    settled,
  };
}

/** Inside for sale or claimed by a customer, on its way, or on a list. */
function isMeant({ status, fridgeId, pick }: NonNullable<Meal>, fridge: string): boolean {
  if (status === 'PRODUCED') return pick?.fridgeId === fridge;
  return fridgeId === fridge && (status === 'IN_TRANSIT' || status === 'STOCKED' || status === 'RESERVED');
}

/** What has ended on a shelf takes its place until somebody takes it out. */
function liesIn({ fridgeId, place }: NonNullable<Meal>, fridge: string): boolean {
  return fridgeId === fridge && place === 'FRIDGE';
}
