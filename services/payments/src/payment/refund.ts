import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { type Paying, type PaymentEvent, refundable, subsidyLeft } from './payment.ts';

interface Wanted {
  paymentId: string;
  refundId: string;
  /** Minor units; left out: all there is left. */
  amount?: number;
  reason: string;
  now: Instant;
}

/** The customer's own money goes back first, then the company's. */
export function decideRefund(payment: Paying, wanted: Wanted): readonly PaymentEvent[] | Refusal {
  if (payment.refunds[wanted.refundId]) return [];
  if (payment.status !== 'SUCCEEDED')
    return refuse(
      409,
      'payment-not-captured',
      `The payment is ${payment.status.toLowerCase()}: nothing was taken`,
    );
  const left = refundable(payment);
  const company = subsidyLeft(payment);
  const amount = wanted.amount ?? left + company;
  if (left + company === 0)
    return refuse(409, 'nothing-to-refund', 'All of it has gone back, or is disputed');
  if (amount > left + company)
    return refuse(409, 'refund-too-large', 'More than there is left of the payment', {
      left: (left + company) / 100,
    });
  return back(payment, wanted, Math.min(amount, left), Math.max(0, amount - left));
}

/** Nothing of it moves, and whoever asked hears why. */
export function refused(
  { orderId, currency }: Paying,
  { paymentId, refundId, amount = 0, now }: Wanted,
  { code }: Refusal,
): PaymentEvent {
  const data = { paymentId, refundId, orderId, amount, currency, code, refusedAt: now };
  return { type: 'RefundRefused', data };
}

/** All that is left, under an id that is the same whoever asks. */
export function refundAll(
  payment: Paying,
  paymentId: string,
  reason: string,
  now: Instant,
): readonly PaymentEvent[] {
  const [amount, subsidy] = [refundable(payment), subsidyLeft(payment)];
  if (amount + subsidy === 0) return [];
  const refundId = `${paymentId.replace(/^pay_/, 'ref_')}_all`;
  if (payment.refunds[refundId]) return [];
  return back(payment, { paymentId, refundId, reason, now }, amount, subsidy);
}

function back(
  { orderId, currency }: Paying,
  { paymentId, refundId, reason, now }: Wanted,
  amount: number,
  subsidy: number,
): readonly PaymentEvent[] {
  const about = { paymentId, refundId, orderId, amount, subsidy, currency };
  const asked: PaymentEvent = { type: 'RefundRequested', data: { ...about, reason, requestedAt: now } };
  if (amount > 0) return [asked];
  return [asked, { type: 'RefundSucceeded', data: { ...about, providerRef: null, succeededAt: now } }];
}
