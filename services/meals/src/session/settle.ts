import type { Event, Events, Instant } from '@dabba/contracts';
import { fridgeAlert, unknownMeal } from '../fridge/alerts.ts';
import type { Meal, MealEvent } from '../meal/meal.ts';
import { observe } from '../meal/observe.ts';
import { isAskedFor } from './decide.ts';
import { gone } from './gone.ts';
import type { Session, SessionEvent } from './session.ts';

export interface Closing {
  /** Null: nobody asked. */
  sessionId: string | null;
  fridgeId: string;
  door: string;
  /** Of the unlock the door was opened by, and when; null where the fridge does not say. */
  nonce: string | null;
  openedAt: Instant | null;
  taken: readonly string[];
  added: readonly string[];
  at: Instant;
  /** The fridge was fit to sell from. */
  temperatureSafe: boolean;
}

export interface Outcome {
  session: readonly SessionEvent[];
  meals: ReadonlyMap<string, readonly MealEvent[]>;
  alerts: readonly Event<'FridgeAlertRaised'>[];
  /** Stocked by staff. */
  filled: readonly string[];
}

/** A door is closed: what went out and came in, and whose it is now. Pure; the same closing told again changes nothing. */
export function settle(session: Session, meals: ReadonlyMap<string, Meal>, told: Closing): Outcome {
  // Nothing happens at a door before it was asked for: a clock that is behind makes no food younger.
  const closing = { ...told, at: Math.max(told.at, session?.startedAt ?? 0) };
  const { fridgeId, at } = closing;
  if (session?.fridgeId === fridgeId && session.status === 'SETTLED')
    return { session: [], meals: new Map(), alerts: [], filled: [] };
  const mine = session?.fridgeId === fridgeId && wasOpen(session, told) ? session : null;
  // What was taken and put back before the door closed never left.
  const taken = [...new Set(closing.taken)].filter((id) => !closing.added.includes(id));
  const added = [...new Set(closing.added)].filter((id) => !closing.taken.includes(id));
  const decided = new Map<string, readonly MealEvent[]>();
  const alerts: Event<'FridgeAlertRaised'>[] = [];
  for (const id of [...taken, ...added]) {
    const meal = meals.get(id) ?? null;
    if (meal === null) alerts.push(unknownMeal(fridgeId, id, at));
    else if (added.includes(id)) decided.set(id, observe(meal, { saw: 'STOCKED', mealId: id, fridgeId, at }));
    else decided.set(id, out(meal, id, mine, closing));
  }
  if (mine === null && (taken.length > 0 || added.length > 0))
    alerts.push(
      fridgeAlert(fridgeId, 'UNASKED_OPENING', `Door ${closing.door} was used by nobody known`, null, at),
    );
  const filled = mine?.kind === 'STAFF' ? added.filter((id) => arrives(decided.get(id))) : [];
  return { session: ending(mine, closing, taken, added, decided), meals: decided, alerts, filled };
}

function arrives(events: readonly MealEvent[] = []): boolean {
  return events.some(({ type }) => type === 'MealStocked');
}

/** One that was given up because nobody heard of its closing, or of its opening, is settled all the same: it happened (B5). */
function wasOpen(session: NonNullable<Session>, { fridgeId, nonce, openedAt: at }: Closing): boolean {
  if (session.status === 'OPENING' || session.openedAt !== null) return true;
  // The word of the opening may be overtaken, or lost with the device: the closing repeats it.
  return at !== null && isAskedFor(session, { fridgeId, nonce, at });
}

function out(
  meal: NonNullable<Meal>,
  mealId: string,
  session: Session,
  closing: Closing,
): readonly MealEvent[] {
  const { fridgeId, at, sessionId, temperatureSafe } = closing;
  const seen = { mealId, fridgeId, at };
  const unsold = { ...seen, customerId: null, sessionId };
  if (session === null) return gone(meal, { ...unsold, sessionId: null, reason: 'VANISHED' });
  const { customerId } = session;
  if (customerId === null) return gone(meal, { ...unsold, reason: 'RETURNED' });
  const shown = session.prices.find((price) => price.mealId === mealId);
  // Another's meal was shown to nobody else: whoever takes it has no price for it, and is charged for nothing (S0-INV-04, -05).
  if (!shown) return gone(meal, { ...unsold, customerId, reason: whyUnpriced(meal, customerId) });
  const { price, currency } = shown;
  const verdict = { offline: false, temperatureSafe, policy: null };
  return observe(meal, { saw: 'SOLD', ...seen, customerId, price, currency, sessionId, verdict });
}

function whyUnpriced({ status, customerId: keptFor }: NonNullable<Meal>, customerId: string) {
  return status === 'RESERVED' && keptFor !== customerId ? 'RESERVED' : 'NO_PRICE';
}

function ending(
  session: Session,
  { sessionId, fridgeId, openedAt, at }: Closing,
  taken: readonly string[],
  added: readonly string[],
  decided: Outcome['meals'],
): readonly SessionEvent[] {
  if (session === null || sessionId === null) return [];
  const basket: Events['DoorSessionSettled']['basket'][number][] = [];
  for (const [mealId, events] of decided)
    for (const { type, data } of events)
      if (type === 'MealSold') basket.push({ mealId, price: data.price, currency: data.currency });
  const paid = new Set(basket.map(({ mealId }) => mealId));
  const unpriced = taken.filter((id) => !paid.has(id));
  const { customerId } = session;
  const settled: SessionEvent = {
    type: 'DoorSessionSettled',
    data: {
      sessionId,
      fridgeId,
      customerId,
      basket,
      unpriced,
      added: [...added],
      closedAt: at,
      settledAt: at,
    },
  };
  return session.openedAt === null
    ? [{ type: 'DoorSessionOpened', data: { sessionId, fridgeId, openedAt: openedAt ?? at } }, settled]
    : [settled];
}
