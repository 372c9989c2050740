import type { Response } from '@dabba/projections';
import { alertsFor, unknownMeal } from '../fridge/alerts.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { mealRef } from '../meal/meal.ts';
import { type Observation, observe } from '../meal/observe.ts';
import { deniedRef } from '../offline/denied.ts';
import { offlineRef } from '../offline/offline.ts';
import { reconcile } from '../offline/reconcile.ts';

type Sale = Extract<Observation, { saw: 'SOLD' }>;

/** A fridge sold by itself: what became of the meal, and whether its policy allowed it, in one transaction. */
export function soldOffline(metro: string, seen: Sale, policy: string | null): Response {
  const { mealId, fridgeId, customerId, price, currency, at } = seen;
  const meal = mealRef(mealId, metro);
  const fridge = fridgeRef(fridgeId, metro);
  const offline = offlineRef(fridgeId, metro);
  const denied = deniedRef(metro);
  return {
    streams: [meal, fridge, offline, denied],
    decide(unit) {
      const { state } = unit.load(meal);
      const events = state === null ? [] : observe(state, seen);
      // The same sale under another number is no second one.
      if (state !== null && events.length === 0) return undefined;
      unit.append(meal, events);
      unit.append(fridge, state === null ? [unknownMeal(fridgeId, mealId, at)] : alertsFor(events));
      const charged = events.some(({ type }) => type === 'MealSold');
      const told = { fridgeId, mealId, customerId, price, currency, policy, at, charged };
      const reconciled = reconcile(unit.load(offline).state, unit.load(denied).state, told);
      unit.append(offline, reconciled.offline);
      unit.append(fridge, reconciled.alerts);
      return undefined;
    },
  };
}
