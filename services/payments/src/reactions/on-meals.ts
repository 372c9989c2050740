import type { Reaction } from '@dabba/projections';
import type { Settings } from '../parts.ts';
import { refundMeal } from '../payment/tasks.ts';
import { chargeMeal } from './charge.ts';

/**
 * What a fridge sold outside any door session is charged by itself; the price of a meal that is given back goes back to whoever paid
 * it, and which payment that was the list of sold meals knows.
 * @param provider first choice
 */
export const onMeals = (provider: string, { holdPatience }: Settings): Reaction => ({
  name: 'payments-on-meals',
  topics: ['meals'],
  on: {
    MealSold({ data, meta: { metro } }) {
      const { price, sessionId, verdict } = data;
      // A session pays for its own; what was sold offline is charged once it has been compared with its policy. Nobody asks for what
      // was sold before sales were looked at.
      if (sessionId !== null || verdict === null || verdict.offline || price === 0) return undefined;
      return chargeMeal(data, metro, { provider, patience: holdPatience });
    },
    MealRefunded: ({ data: { mealId }, meta: { metro } }) => ({
      streams: [],
      decide(unit) {
        unit.enqueue(refundMeal(mealId, metro));
        return undefined;
      },
    }),
  },
});
