import type { Event, Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Meal, MealEvent } from '../meal/meal.ts';
import { observe } from '../meal/observe.ts';
import { gone } from '../session/gone.ts';
import { holdsDoor, type Session } from '../session/session.ts';

export interface Count {
  fridgeId: string;
  correctionId: string;
  counted: readonly string[];
  reason: string;
  now: Instant;
}

export interface CountKnown {
  /** Counted ones, and those that the lists have in the fridge: each as its own stream says. */
  meals: ReadonlyMap<string, Meal>;
  /** Meals last seen inside and not taken out since, also those that have ended. */
  listed: ReadonlySet<string>;
  /** Sessions at the doors of this fridge that may not be over. */
  sessions: readonly Session[];
}

export interface Corrected {
  missing: string[];
  found: string[];
  disputed: string[];
  meals: ReadonlyMap<string, readonly MealEvent[]>;
  /** None where the books were right. */
  supply: readonly Event<'FridgeCorrected'>[];
}

/** The books follow a count of what lies in a fridge; the same count again changes nothing. Pure. */
export function correctStock(known: CountKnown, count: Count): Corrected | Refusal {
  const { fridgeId, correctionId, reason, now } = count;
  const counted = new Set(count.counted);
  const unknown = [...counted].filter((id) => (known.meals.get(id) ?? null) === null);
  if (unknown.length > 0)
    return refuse(422, 'meals-unknown', `Nobody produced ${unknown.length} of them`, {
      ...{ pointer: '/counted', meals: unknown },
    });
  // What a customer holds in the hand is not missing.
  if (known.sessions.some((session) => session?.customerId != null && holdsDoor(session)))
    return refuse(409, 'fridge-in-use', 'A customer has a door open; count when it is shut');
  const outcome = { missing: [] as string[], found: [] as string[], disputed: [] as string[] };
  const meals = new Map<string, readonly MealEvent[]>();
  for (const [mealId, meal] of known.meals) {
    if (meal === null) continue;
    const there = counted.has(mealId);
    const changes = there ? seen(meal, mealId, known, count) : missed(meal, mealId, known, count);
    if (changes.length === 0) continue;
    const disputed = changes.some(({ type }) => type === 'MealFactDisputed');
    outcome[there ? (disputed ? 'disputed' : 'found') : 'missing'].push(mealId);
    const { lotId, sku } = meal;
    const about = { mealId, lotId, sku, fridgeId, correctionId, found: there, reason };
    meals.set(mealId, [
      { type: 'MealCounted', data: { ...about, customerId: null, countedAt: now } },
      ...changes,
    ]);
  }
  const data = { fridgeId, correctionId, reason, counted: counted.size, ...outcome, correctedAt: now };
  return { ...outcome, meals, supply: meals.size === 0 ? [] : [{ type: 'FridgeCorrected', data }] };
}

/** It lies there. */
function seen(
  meal: NonNullable<Meal>,
  mealId: string,
  { listed }: CountKnown,
  { fridgeId, now }: Count,
): readonly MealEvent[] {
  const onShelf = meal.status === 'STOCKED' || meal.status === 'RESERVED';
  if (onShelf ? meal.fridgeId === fridgeId : ended(meal) && listed.has(mealId)) return [];
  return observe(meal, { saw: 'STOCKED', mealId, fridgeId, at: now });
}

/** It does not, and the books have it there. */
function missed(
  meal: NonNullable<Meal>,
  mealId: string,
  { listed }: CountKnown,
  { fridgeId, now }: Count,
): readonly MealEvent[] {
  // What a count had missed would be stocked again had anybody put it in: where the list has it, it has not heard of that count yet.
  if (meal.notCounted) return [];
  const out = { mealId, fridgeId, at: now, customerId: null, sessionId: null };
  if (ended(meal)) return listed.has(mealId) ? gone(meal, { ...out, reason: 'RETURNED' }) : [];
  if (meal.fridgeId !== fridgeId || meal.place !== 'FRIDGE') return [];
  return gone(meal, { ...out, reason: 'VANISHED' }).map((event) =>
    event.type === 'MealUnexplained'
      ? { ...event, data: { ...event.data, reason: 'NOT_COUNTED' as const } }
      : event,
  );
}

function ended({ status }: NonNullable<Meal>): boolean {
  return !['PRODUCED', 'IN_TRANSIT', 'STOCKED', 'RESERVED'].includes(status);
}
