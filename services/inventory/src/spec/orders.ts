import { orderPlaced } from '@dabba/testing';

type Takes = Readonly<Record<string, number>>;

/** What the topics `orders` and `kitchen` say of one order. */
export function anOrder(orderId: string, outletId: string, takes: Takes, placedAt = Date.now()) {
  const at = { orderId, customerId: null, at: placedAt };
  const placed = orderPlaced(orderId, placedAt, {
    ...{ customerId: null, outletId, tracked: Object.keys(takes).length > 0 },
    lines: [
      {
        ...{ lineId: 'oli_1', itemId: 'itm_1', itemVersion: 1, name: 'Thali', quantity: 1 },
        ...{ unitPrice: 100, total: 100, choices: [], station: 'line', prepSeconds: 60 },
        stock: Object.entries(takes).map(([stockItemId, quantity]) => ({ stockItemId, quantity })),
      },
    ],
  });
  return {
    placed: { type: 'OrderPlaced' as const, stream: orderId, data: placed },
    paid: {
      type: 'OrderPaid' as const,
      stream: orderId,
      data: { orderId, paymentId: 'pay_1', captured: 100, subsidy: 0, paidAt: placedAt },
    },
    /** By its kitchen, on the topic of kitchens. */
    started: {
      type: 'TicketStarted' as const,
      stream: orderId.replace('ord_', 'tkt_'),
      data: { ticketId: orderId.replace('ord_', 'tkt_'), orderId, outletId, startedAt: placedAt + 1 },
    },
    preparing: { type: 'OrderPreparing' as const, stream: orderId, data: at },
    cancelled: {
      type: 'OrderCancelled' as const,
      stream: orderId,
      data: {
        ...{ orderId, customerId: null, vendorId: 'vnd_1', was: 'PENDING', reason: 'CUSTOMER' as const },
        ...{ detail: null, cancelledAt: placedAt },
      },
    },
  };
}
