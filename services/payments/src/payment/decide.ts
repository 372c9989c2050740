import type { Instant } from '@dabba/contracts';
import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { Intent } from '../provider/port.ts';
import { amend, asksFor } from './amend.ts';
import { observe } from './observe.ts';
import type { Paying, Payment, PaymentEnd, PaymentEvent } from './payment.ts';
import { decideRefund, refundAll, refused } from './refund.ts';

/** What is asked for; the subsidy is taken off already. */
export type Wish = Pick<
  Paying,
  | 'metro'
  | 'orderId'
  | 'sessionId'
  | 'customerId'
  | 'amount'
  | 'subsidy'
  | 'subsidyPeriod'
  | 'currency'
  | 'captures'
  | 'confirms'
  | 'provider'
  | 'paymentMethod'
  | 'providerCustomer'
  | 'settles'
  | 'expiresAt'
>;

export type PaymentCommand = { paymentId: string; now: Instant } & (
  | { do: 'request'; wish: Wish }
  /** Another provider takes on what the first one has made no intent for (S2-PAY-04). */
  | { do: 'fail-over'; from: string; to: string; method: string | null; customer: string | null }
  /** The provider's object, as it is now. `amends`: it answers to being asked for another sum. */
  | { do: 'observe'; intent: Intent; amends?: boolean }
  | { do: 'time-out' }
  /** Its order wants another tip: the whole sum. */
  | { do: 'amend'; amount: number }
  /** The provider will not have it. */
  | { do: 'give-up-amending'; code: string }
  | { do: 'cancel'; reason: PaymentEnd }
  /** What was taken out of the fridge; 0: nothing. */
  | { do: 'capture'; amount: number }
  /** `amount` left out: all there is left. */
  | { do: 'refund'; refundId: string; amount?: number; reason: string }
  /** As an order asked for it, which nobody waits for: what cannot be given back is said so. */
  | { do: 'refund-order'; refundId: string; amount: number; reason: string }
  /** The provider will not give it back. */
  | { do: 'give-up-refund'; refundId: string; code: string }
);

/** Pure. No events: it is so already. */
export function decidePayment(payment: Payment, command: PaymentCommand): readonly PaymentEvent[] | Refusal {
  if (command.do === 'request')
    return payment === null ? request(command.paymentId, command.wish, command.now) : [];
  const { paymentId, now } = command;
  if (payment === null) return refuse(404, 'payment-unknown', `No payment ${paymentId}`);
  switch (command.do) {
    case 'fail-over': {
      const { from, to, method: paymentMethod, customer: providerCustomer } = command;
      const { status, intentId, provider } = payment;
      if (status !== 'REQUESTED' || intentId !== null || provider !== from) return [];
      const data = { paymentId, from, to, paymentMethod, providerCustomer, at: now };
      return [{ type: 'PaymentFailedOver', data }];
    }
    case 'observe':
      return observe(payment, paymentId, command.intent, now, command.amends);
    case 'amend':
      return amend(payment, paymentId, command.amount, now);
    case 'give-up-amending':
      return payment.amending === null ? [] : [asksFor(payment, paymentId, command.code, now)];
    case 'time-out': {
      const waits = payment.status === 'REQUESTED' || payment.status === 'CREATED';
      return waits && now >= payment.expiresAt ? cancel(payment, paymentId, 'EXPIRED', now) : [];
    }
    case 'cancel':
      return cancel(payment, paymentId, command.reason, now);
    case 'capture': {
      if (payment.wanted !== null) return [];
      if (command.amount === 0) return cancel(payment, paymentId, 'NOTHING_TAKEN', now);
      const data = { paymentId, amount: command.amount, requestedAt: now };
      return [{ type: 'PaymentCaptureRequested', data }];
    }
    case 'refund':
      return decideRefund(payment, command);
    case 'refund-order': {
      const decided = decideRefund(payment, command);
      return isRefusal(decided) ? [refused(payment, command, decided)] : decided;
    }
    case 'give-up-refund': {
      const { refundId, code } = command;
      const refund = payment.refunds[refundId];
      if (refund?.status !== 'REQUESTED') return [];
      const { orderId, currency } = payment;
      const about = { paymentId, refundId, orderId, amount: refund.amount, currency };
      return [{ type: 'RefundFailed', data: { ...about, code, reversed: false, failedAt: now } }];
    }
    default:
      return command satisfies never;
  }
}

function request(paymentId: string, wish: Wish, now: Instant): readonly PaymentEvent[] {
  const due = wish.amount - wish.subsidy;
  const { orderId, sessionId, customerId, subsidy, currency } = wish;
  const asked: PaymentEvent = {
    type: 'PaymentRequested',
    data: { paymentId, ...wish, due, requestedAt: now },
  };
  if (due > 0) return [asked];
  const about = { paymentId, orderId, sessionId, customerId, subsidy, currency, succeededAt: now };
  return [
    asked,
    { type: 'PaymentSucceeded', data: { ...about, provider: 'none', captured: 0, chargeId: null } },
  ];
}

/**
 * Without an intent nothing can have been taken, so it is over at once; with one the provider has the last word. What is paid
 * already goes back.
 */
function cancel(
  payment: Paying,
  paymentId: string,
  reason: PaymentEnd,
  now: Instant,
): readonly PaymentEvent[] {
  // Something was, whatever is said of it later.
  if (payment.wanted !== null && reason === 'NOTHING_TAKEN') return [];
  if (payment.status === 'SUCCEEDED') return refundAll(payment, paymentId, reason, now);
  // Its customer may be paying yet, and that would count: an order that is cancelled has the last word.
  const isLast = reason === 'CANCELLED' && payment.ending !== 'CANCELLED' && payment.orderId !== null;
  if (payment.ending !== null && (!isLast || payment.status === 'CANCELLED')) return [];
  // What went out of the fridge is to be paid: its hold is taken, or it lapses and is owed.
  if (payment.wanted !== null && reason !== 'EXPIRED') return [];
  const { orderId, sessionId } = payment;
  const about = { paymentId, orderId, sessionId, reason };
  return payment.intentId === null
    ? [{ type: 'PaymentCancelled', data: { ...about, cancelledAt: now } }]
    : [{ type: 'PaymentCancelRequested', data: { ...about, requestedAt: now } }];
}
