import { metroOf, type Region } from '@dabba/contracts';
import type { Reaction } from '@dabba/projections';
import { mealRefundDocument, mealRefundId, saleDocument } from './sale-document.ts';
import { takeSale } from './take-sale.ts';

/** Every sold meal gets a receipt, and another where it is given back; the tasks that hand them in are committed with the checkpoint. */
export const onMealSold = (region: Region): Reaction => ({
  name: 'receipts-on-meal-sold',
  topics: ['meals'],
  on: {
    MealSold: ({ data, meta: { id, metro } }) => ({
      streams: [],
      decide(unit) {
        const document = saleDocument(id, data, metroOf(region, metro));
        unit.enqueue(takeSale({ saleId: id, metro, document }));
        return undefined;
      },
    }),
    MealRefunded({ data, meta: { metro } }) {
      // What cost nothing has nothing to be counted against.
      if (data.price === 0) return undefined;
      return {
        streams: [],
        decide(unit) {
          const document = mealRefundDocument(data, metroOf(region, metro));
          unit.enqueue(takeSale({ saleId: mealRefundId(data.mealId), metro, document }));
          return undefined;
        },
      };
    },
  },
});
