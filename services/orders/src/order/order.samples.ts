import type { OrderEvent, Placed } from './order.ts';

/** S2-ORD-04: ordered 12:15, ready 12:25, wanted 12:30. */
export const noon = Date.parse('2026-11-23T20:15:00Z');
export const payWithin = 900_000;
const minutes = 60_000;

/** S2-ORD-01 as it is priced. */
export function placed(change: Partial<Placed> = {}): Placed {
  return {
    orderId: 'ord_1',
    customerId: 'cus_1',
    vendorId: 'vnd_abc123',
    vendorName: 'Taco Loco Express',
    outletId: 'trk_xyz789',
    source: 'MOBILE_WEB',
    fulfilment: 'PICKUP',
    lines: [
      {
        lineId: 'oli_001',
        itemId: 'itm_taco001',
        itemVersion: 1,
        name: 'Street Taco',
        quantity: 2,
        unitPrice: 450,
        total: 900,
        choices: [{ modifierId: 'protein', optionId: 'carnitas', name: 'Carnitas', price: 0 }],
        station: 'grill',
        prepSeconds: 600,
        stock: [],
      },
    ],
    currency: 'USD',
    subtotal: 900,
    taxRatePpm: 85_000,
    taxJurisdiction: 'us-ca-sf',
    tax: 77,
    tip: 180,
    deliveryFee: 0,
    discount: 0,
    discountReason: null,
    total: 1157,
    tipPercentage: 20,
    useSubsidy: true,
    paymentMethod: 'pm_stripe123',
    confirms: 'CLIENT',
    pickupAt: noon + 15 * minutes,
    slot: noon + 15 * minutes,
    estimatedReady: noon + 10 * minutes,
    autoAccept: true,
    tracked: false,
    cartId: null,
    payableUntil: change.tracked && change.confirms !== 'SERVER' ? noon + payWithin : null,
    placedAt: noon,
    ...change,
  };
}

export const wasPlaced = (change: Partial<Placed> = {}): OrderEvent => ({
  type: 'OrderPlaced',
  data: placed(change),
});

const { vendorId, customerId, orderId, useSubsidy, paymentMethod, confirms, currency, total } = placed();

export const paymentRequested: OrderEvent = {
  type: 'OrderPaymentRequested',
  data: {
    ...{ orderId, customerId, vendorId, amount: total, currency, useSubsidy, paymentMethod, confirms },
    ...{ reserved: false, payBy: noon + payWithin, requestedAt: noon },
  },
};

export const paid: OrderEvent = {
  type: 'OrderPaid',
  data: { orderId, paymentId: 'pay_1', captured: 657, subsidy: 500, paidAt: noon },
};

const { vendorName, outletId, fulfilment, lines, pickupAt, estimatedReady } = placed();

export const confirmed: OrderEvent = {
  type: 'OrderConfirmed',
  data: {
    ...{ orderId, customerId, vendorId, vendorName, outletId, fulfilment, lines, total, currency },
    ...{ pickupAt, estimatedReady, confirmedAt: noon },
  },
};

const turn = { orderId, customerId, at: noon };
export const preparing: OrderEvent = { type: 'OrderPreparing', data: turn };
export const ready: OrderEvent = { type: 'OrderReady', data: turn };
export const pickedUp: OrderEvent = { type: 'OrderPickedUp', data: turn };
export const outForDelivery: OrderEvent = { type: 'OrderOutForDelivery', data: turn };

const { source, subtotal, taxRatePpm, taxJurisdiction, tax, tip, deliveryFee, discount } = placed();
export const completed: OrderEvent = {
  type: 'OrderCompleted',
  data: {
    ...{ orderId, customerId, vendorId, vendorName, outletId, source, fulfilment, lines, currency, subtotal },
    ...{ taxRatePpm, taxJurisdiction, tax, tip, deliveryFee, discount, total, subsidy: 500, captured: 657 },
    ...{ taxable: subtotal, paymentId: 'pay_1', placedAt: noon, completedAt: noon, refunds: [] },
  },
};

export const cancelled = (was: string, reason: 'CUSTOMER' | 'VENDOR' = 'CUSTOMER'): OrderEvent => ({
  type: 'OrderCancelled',
  data: { orderId, customerId, vendorId, was, reason, detail: null, cancelledAt: noon },
});
