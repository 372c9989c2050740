import type { Reaction } from '@dabba/projections';
import { orderDocument } from './order-document.ts';
import { takeSale } from './take-sale.ts';

/** Every completed order gets a receipt, one for its id; the task that hands it in is committed with the checkpoint. */
export const onOrderCompleted: Reaction = {
  name: 'receipts-on-order-completed',
  topics: ['orders'],
  on: {
    OrderCompleted: ({ data, meta: { metro } }) => ({
      streams: [],
      decide(unit) {
        unit.enqueue(takeSale({ saleId: data.orderId, metro, document: orderDocument(data, metro) }));
        return undefined;
      },
    }),
  },
};
