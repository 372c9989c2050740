import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import { type Refunds, refundsAfter } from './refunds.ts';

export type OrderEvent = Event<
  | 'OrderPlaced'
  | 'OrderChanged'
  | 'OrderTipRequested'
  | 'OrderTipRefused'
  | 'OrderPaymentRequested'
  | 'OrderPaid'
  | 'OrderConfirmed'
  | 'OrderEstimated'
  | 'OrderPreparing'
  | 'OrderReady'
  | 'OrderPickedUp'
  | 'OrderOutForDelivery'
  | 'OrderCompleted'
  | 'OrderCancelled'
  | 'OrderRefundRequested'
  | 'OrderRefunded'
  | 'OrderRefundFailed'
>;

export type OrderStatus =
  | 'PENDING'
  | 'PAID'
  | 'CONFIRMED'
  | 'PREPARING'
  | 'READY'
  | 'OUT_FOR_DELIVERY'
  | 'PICKED_UP'
  | 'COMPLETED'
  | 'CANCELLED';

export type Placed = Events['OrderPlaced'];
/** As it is priced, before it is said when it can be paid for. */
export type Quoted = Omit<Placed, 'payableUntil'>;
export type CancelReason = Events['OrderCancelled']['reason'];

/** From the wish to the last bite; null before it was placed. Amounts in minor units. */
export type Order =
  | null
  | (Placed & {
      status: OrderStatus;
      /** Null until it may be paid for. */
      payBy: Instant | null;
      /** Asked of a payment that is being made already; null: none is. */
      tipWish: null | Pick<Placed, 'tip' | 'tipPercentage' | 'total'>;
      payment: null | { paymentId: string; captured: number; subsidy: number; paidAt: Instant };
      refunds: Refunds;
      cancelled: null | { reason: CancelReason; was: string; at: Instant };
      /** When it got its present status. */
      since: Instant;
    });

export const orderStream: StreamType<Order, OrderEvent> = {
  name: 'order',
  revision: 5,
  initial: () => null,
  evolve,
};

export function orderRef(id: string, metro: string): StreamRef<Order, OrderEvent> {
  return { type: orderStream, id, metro };
}

function evolve(order: Order, event: OrderEvent): Order {
  const { type, data } = event;
  if (type === 'OrderPlaced')
    return {
      ...{ ...data, status: 'PENDING', payBy: null, tipWish: null, payment: null, refunds: {} },
      ...{ cancelled: null, since: data.placedAt },
    };
  if (order === null) throw new Error(`${type} of an order that was not placed`);
  switch (type) {
    case 'OrderChanged': {
      const { pickupAt, slot, tip, tipPercentage, total, estimatedReady } = data;
      const tipWish = total === order.tipWish?.total ? null : order.tipWish;
      return { ...order, pickupAt, slot, tip, tipPercentage, total, estimatedReady, tipWish };
    }
    case 'OrderTipRequested': {
      const { tip, tipPercentage, total } = data;
      return { ...order, tipWish: { tip, tipPercentage, total } };
    }
    case 'OrderTipRefused':
      return { ...order, tipWish: null };
    case 'OrderPaymentRequested':
      return { ...order, payBy: data.payBy };
    case 'OrderPaid': {
      const { paymentId, captured, subsidy, paidAt } = data;
      return { ...order, status: 'PAID', payment: { paymentId, captured, subsidy, paidAt }, since: paidAt };
    }
    case 'OrderConfirmed':
      return { ...order, status: 'CONFIRMED', since: data.confirmedAt };
    case 'OrderEstimated':
      return { ...order, estimatedReady: data.estimatedReady };
    case 'OrderPreparing':
      return { ...order, status: 'PREPARING', since: data.at };
    case 'OrderReady':
      return { ...order, status: 'READY', since: data.at };
    case 'OrderPickedUp':
      return { ...order, status: 'PICKED_UP', since: data.at };
    case 'OrderOutForDelivery':
      return { ...order, status: 'OUT_FOR_DELIVERY', since: data.at };
    case 'OrderCompleted':
      return { ...order, status: 'COMPLETED', since: data.completedAt };
    case 'OrderCancelled': {
      const { reason, was, cancelledAt: at } = data;
      return { ...order, status: 'CANCELLED', cancelled: { reason, was, at }, since: at };
    }
    case 'OrderRefundRequested':
    case 'OrderRefunded':
    case 'OrderRefundFailed':
      return { ...order, refunds: refundsAfter(order.refunds, event) };
    default:
      return type satisfies never;
  }
}
