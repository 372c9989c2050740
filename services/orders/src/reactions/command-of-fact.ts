import type { Event, Instant } from '@dabba/contracts';
import type { Patience } from '../order/consequences.ts';
import type { OrderCommand } from '../order/decide.ts';
import type { CancelReason, Order } from '../order/order.ts';

export type StockFact = Event<
  'ReservationMade' | 'ReservationRefused' | 'ReservationReleased' | 'ReservationBroken'
>;
export type PaymentFact = Event<
  | 'PaymentAmended'
  | 'PaymentSucceeded'
  | 'PaymentCancelled'
  | 'RefundSucceeded'
  | 'RefundFailed'
  | 'RefundRefused'
>;
export type KitchenFact = Event<
  'TicketStarted' | 'TicketReady' | 'TicketHandedOver' | 'TicketRejected' | 'TicketEstimated'
>;
export type Fact = StockFact | PaymentFact | KitchenFact;

/**
 * What somebody else's fact means for an order as it is now; undefined: nothing. Facts come late, twice and in any order
 * between topics, so each looks at the order it meets. Pure.
 */
export function commandOfFact(
  { type, data }: Fact,
  order: NonNullable<Order>,
  patience: Patience,
  now: Instant,
): OrderCommand | undefined {
  const { status } = order;
  const cancel = (reason: CancelReason): OrderCommand => ({ do: 'cancel', reason, detail: null, now });
  switch (type) {
    case 'ReservationMade':
      return { do: 'ask-payment', reserved: true, payWithin: patience.payment, now };
    case 'ReservationRefused':
    case 'ReservationBroken':
      // What is being made has its ingredients already.
      if (status === 'PENDING') return cancel('NO_STOCK');
      return status === 'PAID' || status === 'CONFIRMED' ? cancel('SOLD_OUT_AFTER_PAYMENT') : undefined;
    case 'ReservationReleased':
      return data.reason === 'EXPIRED' && status === 'PENDING' ? cancel('PAYMENT_TIMED_OUT') : undefined;
    case 'PaymentAmended':
      return { do: 'amended', amount: data.amount, code: data.code, now };
    case 'PaymentSucceeded': {
      const { paymentId, captured, subsidy } = data;
      return { do: 'pay', paymentId, captured, subsidy, now };
    }
    case 'PaymentCancelled':
      if (status !== 'PENDING') return undefined;
      return cancel(data.reason === 'EXPIRED' ? 'PAYMENT_TIMED_OUT' : 'PAYMENT_DECLINED');
    case 'RefundSucceeded': {
      const { refundId, amount, subsidy } = data;
      return { do: 'refunded', refundId, amount, subsidy, now };
    }
    case 'RefundFailed': {
      const { refundId, amount, code, reversed } = data;
      return { do: 'refund-failed', refundId, amount, code, reversed, now };
    }
    case 'RefundRefused': {
      const { refundId, amount, code } = data;
      return { do: 'refund-failed', refundId, amount, code, reversed: false, now };
    }
    case 'TicketStarted':
      return { do: 'follow', to: 'PREPARING', now };
    case 'TicketReady':
      return { do: 'follow', to: 'READY', now };
    case 'TicketHandedOver':
      return { do: 'follow', to: 'PICKED_UP', now };
    case 'TicketRejected':
      return cancel('KITCHEN_REJECTED');
    case 'TicketEstimated':
      return { do: 'estimate', estimatedReady: data.estimatedReady, now };
    default:
      return type satisfies never;
  }
}
