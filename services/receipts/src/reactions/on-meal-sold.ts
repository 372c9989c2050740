import { metroOf, type Region } from '@dabba/contracts';
import type { Reaction } from '@dabba/projections';
import { saleDocument } from './sale-document.ts';
import { takeSale } from './take-sale.ts';

/** Every sold meal gets a receipt; the task that hands it in is committed with the checkpoint. */
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
  },
});
