import { metroOf, type Region } from '@dabba/contracts';
import type { Reaction } from '@dabba/projections';
import { alertsFor, fridgeAlert, unknownMeal } from '../fridge/alerts.ts';
import { wasCold } from '../fridge/cold-chain.ts';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { decideService } from '../fridge/reading.ts';
import { mealRef } from '../meal/meal.ts';
import { decideSession, isAskedFor, openAtMost } from '../session/decide.ts';
import { gone } from '../session/gone.ts';
import { type Session, sessionRef } from '../session/session.ts';
import { settle } from '../session/settle.ts';
import { checkCapacity } from '../tasks/check-capacity.ts';
import { sessionTimeout } from '../tasks/session-timeout.ts';

/** What fridges saw of their doors. */
export const doorFacts = (region: Region): Reaction['on'] => ({
  FridgeDoorOpened: ({
    data: { device: fridgeId, sessionId, nonce, door, observedAt: at },
    meta: { metro },
  }) => {
    const fridge = fridgeRef(fridgeId, metro);
    const session = sessionId === null ? undefined : sessionRef(sessionId, metro);
    return {
      streams: session ? [fridge, session] : [fridge],
      decide(unit) {
        if (session && sessionId !== null) {
          const { state } = unit.load(session);
          const opened = decideSession(state, { do: 'open', sessionId, fridgeId, nonce, at });
          unit.append(session, opened);
          if (opened.length > 0)
            unit.enqueue(sessionTimeout({ sessionId, metro }, 'closing', at + openAtMost));
          if (isAskedFor(state, { fridgeId, nonce, at })) return undefined;
        }
        const detail = `Door ${door} was opened though nobody may have asked for it`;
        unit.append(fridge, [fridgeAlert(fridgeId, 'UNASKED_OPENING', detail, null, at)]);
        return undefined;
      },
    };
  },
  FridgeDoorClosed: ({ data, meta: { metro } }) => {
    const { device: fridgeId, sessionId, door, nonce, openedAt, taken, added, observedAt: at } = data;
    const rules = coldRulesOf(metroOf(region, metro));
    const fridge = fridgeRef(fridgeId, metro);
    const session = sessionId === null ? undefined : sessionRef(sessionId, metro);
    const refs = [...new Set([...taken, ...added])].map((id) => mealRef(id, metro));
    return {
      streams: [...(session ? [session] : []), fridge, ...refs],
      decide(unit, { now }) {
        const meals = new Map(refs.map((ref) => [ref.id, unit.load(ref).state]));
        const asked: Session = session ? unit.load(session).state : null;
        const { cold } = unit.load(fridge).state;
        const temperatureSafe = wasCold(cold, rules, at);
        const closing = { sessionId, fridgeId, door, nonce, openedAt, taken, added, at, temperatureSafe };
        const outcome = settle(asked, meals, closing);
        if (session) unit.append(session, outcome.session);
        for (const ref of refs) {
          const events = outcome.meals.get(ref.id) ?? [];
          unit.append(ref, events);
          unit.append(fridge, alertsFor(events));
        }
        unit.append(fridge, outcome.alerts);
        if (outcome.filled.length > 0) {
          unit.append(fridge, decideService(cold, fridgeId, asked?.openedAt ?? at, rules));
          unit.enqueue(checkCapacity({ fridgeId, metro, added: outcome.filled, at }, now));
        }
        return undefined;
      },
    };
  },
  FridgeMealMissing: ({ data: { device: fridgeId, mealId, observedAt: at }, meta: { metro } }) => {
    const fridge = fridgeRef(fridgeId, metro);
    const ref = mealRef(mealId, metro);
    return {
      streams: [ref, fridge],
      decide(unit) {
        const meal = unit.load(ref).state;
        if (meal === null) {
          unit.append(fridge, [unknownMeal(fridgeId, mealId, at)]);
          return undefined;
        }
        const events = gone(meal, {
          ...{ mealId, fridgeId, at, customerId: null, sessionId: null },
          reason: 'VANISHED',
        });
        unit.append(ref, events);
        unit.append(fridge, alertsFor(events));
        return undefined;
      },
    };
  },
});
