import type { Events } from '@dabba/contracts';

type Takes = Readonly<Record<string, number>>;

/** What the topics `orders` and `kitchen` say of one order. */
export function anOrder(orderId: string, outletId: string, takes: Takes, placedAt = Date.now()) {
  const at = { orderId, customerId: null, at: placedAt };
  const placed: Events['OrderPlaced'] = {
    ...{ orderId, customerId: null, vendorId: 'vnd_1', vendorName: 'Corner', outletId },
    ...{ source: 'MOBILE_WEB', fulfilment: 'PICKUP', currency: 'USD' },
    lines: [
      {
        ...{
          lineId: 'oli_1',
          itemId: 'itm_1',
          itemVersion: 1,
          name: 'Thali',
          quantity: 1,
          unitPrice: 100,
          total: 100,
        },
        ...{ choices: [], station: 'line', prepSeconds: 60 },
        stock: Object.entries(takes).map(([stockItemId, quantity]) => ({ stockItemId, quantity })),
      },
    ],
    ...{
      subtotal: 100,
      taxRatePpm: 0,
      taxJurisdiction: 'x',
      tax: 0,
      tip: 0,
      deliveryFee: 0,
      discount: 0,
      discountReason: null,
      total: 100,
    },
    ...{ tipPercentage: null, useSubsidy: false, confirms: 'CLIENT' as const, paymentMethod: null },
    ...{ pickupAt: null, slot: null },
    ...{
      estimatedReady: placedAt,
      autoAccept: true,
      tracked: Object.keys(takes).length > 0,
      cartId: null,
      placedAt,
    },
  };
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
