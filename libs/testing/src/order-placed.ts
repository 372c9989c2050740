import type { Events } from '@dabba/contracts';

type Placed = Events['OrderPlaced'];

/** An order as orders tells of it, by a customer who picks it up and confirms its payment; nothing of it is counted. */
export function orderPlaced(orderId: string, placedAt: number, change: Partial<Placed> = {}): Placed {
  return {
    ...{ orderId, customerId: 'cus_1', vendorId: 'vnd_1', vendorName: 'Corner', outletId: 'trk_1' },
    ...{ source: 'MOBILE_WEB', fulfilment: 'PICKUP', lines: [], currency: 'USD' },
    ...{ subtotal: 100, taxRatePpm: 0, taxJurisdiction: 'x', tax: 0, tip: 0, deliveryFee: 0 },
    ...{ discount: 0, discountReason: null, total: 100, tipPercentage: null, useSubsidy: false },
    ...{ paymentMethod: null, confirms: 'CLIENT', pickupAt: null, slot: null, estimatedReady: placedAt },
    ...{ autoAccept: true, tracked: false, cartId: null, payableUntil: null, placedAt },
    ...change,
  };
}
