import type { TaskRequest } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import { orderDocument } from './order-document.ts';
import { type Refunded, refundDocument } from './refund-document.ts';
import { takeSale } from './take-sale.ts';

/**
 * Every completed order gets a receipt, one for its id, and every refund of it one for the refund's, whether it came before the completion
 * or after; the tasks that hand them in are committed with the checkpoint. What was never completed has neither.
 */
export const onOrders: Reaction = {
  // By which its checkpoint goes, whatever else it hears.
  name: 'receipts-on-order-completed',
  topics: ['orders'],
  on: {
    OrderCompleted: ({ data, meta: { metro } }) =>
      handing(
        takeSale({ saleId: data.orderId, metro, document: orderDocument(data, metro) }),
        ...data.refunds.map((refund) => takeRefund({ ...data, ...refund }, metro)),
      ),
    OrderRefunded: ({ data, meta: { metro } }) =>
      data.afterCompletion ? handing(takeRefund(data, metro)) : undefined,
  },
};

function takeRefund(refund: Refunded, metro: string): TaskRequest {
  return takeSale({ saleId: refund.refundId, metro, document: refundDocument(refund, metro) });
}

function handing(...tasks: readonly TaskRequest[]): Response {
  return {
    streams: [],
    decide(unit) {
      for (const task of tasks) unit.enqueue(task);
      return undefined;
    },
  };
}
