import type { Reaction } from '@dabba/projections';
import { refundMeal } from '../payment/tasks.ts';

/** The price of a meal that is given back goes back to whoever paid it; which payment that was the list of sold meals knows. */
export const onMeals: Reaction = {
  name: 'payments-on-meals',
  topics: ['meals'],
  on: {
    MealRefunded: ({ data: { mealId }, meta: { metro } }) => ({
      streams: [],
      decide(unit) {
        unit.enqueue(refundMeal(mealId, metro));
        return undefined;
      },
    }),
  },
};
