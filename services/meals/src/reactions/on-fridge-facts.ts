import type { Region } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import { alertsFor, unknownMeal } from '../fridge/alerts.ts';
import { decideFridge } from '../fridge/decide.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { mealRef } from '../meal/meal.ts';
import { type Observation, observe } from '../meal/observe.ts';
import { doorFacts } from './door-facts.ts';
import { soldOffline } from './sold-offline.ts';

/** What fridges saw becomes what is known of meals and fridges. */
export const onFridgeFacts = (region: Region): Reaction => ({
  name: 'meals-on-fridge-facts',
  topics: ['fridge-facts'],
  on: {
    ...doorFacts(region),
    FridgeMealStocked: ({ data, meta }) =>
      observed(meta.metro, {
        saw: 'STOCKED',
        mealId: data.mealId,
        fridgeId: data.device,
        at: data.observedAt,
      }),
    FridgeMealSold: ({ data, meta }) => {
      const { mealId, device: fridgeId, observedAt: at, customerId, price, currency, sessionId } = data;
      const { offline, temperatureSafe, policy } = data;
      const verdict = temperatureSafe === null ? null : { offline, temperatureSafe, policy };
      const sale = { mealId, fridgeId, at, customerId, price, currency, sessionId, verdict };
      const seen = { saw: 'SOLD', ...sale } as const;
      return offline ? soldOffline(meta.metro, seen, policy) : observed(meta.metro, seen);
    },
    FridgeCommandDone: ({ data: { device: fridgeId, commandId, observedAt: at }, meta }) => {
      const fridge = fridgeRef(fridgeId, meta.metro);
      return {
        streams: [fridge],
        decide(unit) {
          const decided = decideFridge(unit.load(fridge).state, { do: 'confirm', fridgeId, commandId, at });
          if (isRefusal(decided)) return decided;
          unit.append(fridge, decided);
          return undefined;
        },
      };
    },
  },
});

function observed(metro: string, seen: Observation): Response {
  const mealStream = mealRef(seen.mealId, metro);
  const fridge = fridgeRef(seen.fridgeId, metro);
  return {
    streams: [mealStream, fridge],
    decide(unit) {
      const meal = unit.load(mealStream).state;
      if (meal === null) {
        unit.append(fridge, [unknownMeal(seen.fridgeId, seen.mealId, seen.at)]);
        return undefined;
      }
      const events = observe(meal, seen);
      unit.append(mealStream, events);
      unit.append(fridge, alertsFor(events));
      return undefined;
    },
  };
}
