import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { amended, type Change, change } from './change.ts';
import { decideRefund, type RefundCommand } from './decide-refund.ts';
import type { CancelReason, Order, OrderEvent, OrderStatus, Placed, Quoted } from './order.ts';
import { mayBecome, wayTo } from './transitions.ts';
import { turned } from './turned.ts';

export type OrderCommand =
  | { do: 'place'; placed: Quoted; payWithin: number }
  | { do: 'change'; change: Change; now: Instant }
  /** Once its stock is held, or nothing of it is counted, or nobody says so in time. */
  | { do: 'ask-payment'; reserved: boolean; payWithin: number; now: Instant }
  /** What its payment asks for now, after it was to ask for another sum. @param code why it does not; null: it does */
  | { do: 'amended'; amount: number; code: string | null; now: Instant }
  | { do: 'pay'; paymentId: string; captured: number; subsidy: number; now: Instant }
  /** A person takes it one step further. */
  | { do: 'turn'; to: OrderStatus; now: Instant }
  /** A kitchen has come this far, perhaps past steps nobody told of. */
  | { do: 'follow'; to: OrderStatus; now: Instant }
  | { do: 'estimate'; estimatedReady: Instant; now: Instant }
  | { do: 'cancel'; reason: CancelReason; detail: string | null; now: Instant }
  | RefundCommand;

/** Pure. No events: there is nothing new. A fact that comes late is refused like anything else, and then changes nothing. */
export function decideOrder(order: Order, command: OrderCommand): readonly OrderEvent[] | Refusal {
  if (command.do === 'place') return order === null ? place(command) : exists;
  if (order === null) return refuse(404, 'order-unknown', 'No such order');
  const { orderId } = order;
  switch (command.do) {
    case 'change':
      return change(order, command.change, command.now);
    case 'ask-payment': {
      if (order.payBy !== null) return [];
      if (order.status !== 'PENDING') return cannot(order, 'PAID');
      return [paymentRequested(order, command.reserved, command.payWithin, command.now)];
    }
    case 'amended':
      return amended(order, command.amount, command.code, command.now);
    case 'pay': {
      if (order.payment?.paymentId === command.paymentId) return [];
      if (!mayBecome(order.status, 'PAID')) return cannot(order, 'PAID');
      const { paymentId, captured, subsidy, now } = command;
      const paid: OrderEvent = {
        type: 'OrderPaid',
        data: { orderId, paymentId, captured, subsidy, paidAt: now },
      };
      return order.autoAccept ? [paid, turned(order, 'CONFIRMED', now)] : [paid];
    }
    case 'turn':
      return mayBecome(order.status, command.to) && mayBeTurned(order, command.to)
        ? [turned(order, command.to, command.now)]
        : cannot(order, command.to);
    case 'follow':
      return wayTo(order.status, command.to).map((status) => turned(order, status, command.now));
    case 'estimate': {
      const { estimatedReady, now } = command;
      const cooking = order.status === 'CONFIRMED' || order.status === 'PREPARING';
      if (!cooking || estimatedReady === order.estimatedReady) return [];
      return [{ type: 'OrderEstimated', data: { orderId, estimatedReady, estimatedAt: now } }];
    }
    case 'cancel':
      return cancel(order, command);
    case 'refund':
    case 'refunded':
    case 'refund-failed':
      return decideRefund(order, command);
    default:
      return command satisfies never;
  }
}

const exists = refuse(409, 'order-exists', 'This order was placed before');

function cannot({ status }: NonNullable<Order>, to: OrderStatus): Refusal {
  return refuse(409, 'order-state', `An order that is ${status} cannot become ${to}`, {
    order_status: status,
  });
}

/** Being paid, cancelled or pending is not for whoever turns it to say; what is delivered is never picked up at the counter. */
function mayBeTurned({ fulfilment }: NonNullable<Order>, to: OrderStatus): boolean {
  if (to === 'PAID' || to === 'CANCELLED') return false;
  if (to === 'OUT_FOR_DELIVERY') return fulfilment === 'DELIVERY';
  return true;
}

/** What its customer is to confirm moves no money before, so it may be made ready while its stock is being held. */
function place({ placed, payWithin }: Extract<OrderCommand, { do: 'place' }>): OrderEvent[] {
  const { tracked, confirms, placedAt } = placed;
  const data = { ...placed, payableUntil: tracked && confirms === 'CLIENT' ? placedAt + payWithin : null };
  const events: OrderEvent[] = [{ type: 'OrderPlaced', data }];
  if (!tracked) events.push(paymentRequested(data, false, payWithin, placedAt));
  return events;
}

function paymentRequested(order: Placed, reserved: boolean, payWithin: number, now: Instant): OrderEvent {
  const {
    orderId,
    customerId,
    vendorId,
    total: amount,
    currency,
    useSubsidy,
    paymentMethod,
    confirms,
    payableUntil,
  } = order;
  const about = { orderId, customerId, vendorId, amount, currency, useSubsidy, paymentMethod, confirms };
  return {
    type: 'OrderPaymentRequested',
    data: { ...about, reserved, payBy: payableUntil ?? now + payWithin, requestedAt: now },
  };
}

function cancel(
  order: NonNullable<Order>,
  { reason, detail, now }: Extract<OrderCommand, { do: 'cancel' }>,
): readonly OrderEvent[] | Refusal {
  if (!mayBecome(order.status, 'CANCELLED')) return cannot(order, 'CANCELLED');
  const { orderId, customerId, vendorId, status: was } = order;
  const data = { orderId, customerId, vendorId, was, reason, detail, cancelledAt: now };
  return [{ type: 'OrderCancelled', data }];
}
