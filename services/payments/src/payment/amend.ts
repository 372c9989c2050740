import type { Instant } from '@dabba/contracts';
import type { Intent } from '../provider/port.ts';
import type { Paying, PaymentEvent } from './payment.ts';

/**
 * Another sum is asked for while nobody has paid. What its provider asks for counts: until that has changed nothing has, and whoever
 * pays meanwhile has paid what it was.
 */
export function amend(
  payment: Paying,
  paymentId: string,
  amount: number,
  now: Instant,
): readonly PaymentEvent[] {
  const { status, ending, captures, confirms, approved, orderId, subsidy } = payment;
  // Its order hears of that.
  if (status === 'SUCCEEDED' || status === 'CANCELLED' || ending !== null) return [];
  const isClients = captures === 'AUTOMATIC' && confirms === 'CLIENT' && !approved;
  if (!isClients) return [asksFor(payment, paymentId, 'payment-under-way', now)];
  // It would be paid at once, and by nobody who is asked.
  if (amount <= subsidy) return [asksFor(payment, paymentId, 'paid-by-company', now)];
  if (amount === payment.amount) return [asksFor(payment, paymentId, null, now)];
  return [{ type: 'PaymentAmendRequested', data: { paymentId, orderId, amount, requestedAt: now } }];
}

/**
 * What the provider's object says of it, before it says that it is paid. While nobody has paid only the answer to being asked is
 * believed: another look may be of before the sum was changed to something else, and back (T2).
 */
export function amended(
  payment: Paying,
  paymentId: string,
  intent: Intent,
  isAnswer: boolean,
  now: Instant,
): readonly PaymentEvent[] {
  const { amending } = payment;
  if (amending === null || (open.has(intent.status) && !isAnswer)) return [];
  const due = dueThen(payment);
  return intent.amount === due
    ? [asksFor({ ...payment, amount: amending.amount, due }, paymentId, null, now)]
    : [asksFor(payment, paymentId, intent.status, now)];
}

/** What its customer is to pay, with the other sum where one is wished for. */
export function dueThen({ amount, subsidy, amending }: Paying): number {
  return (amending?.amount ?? amount) - subsidy;
}

/** Nobody has paid yet. */
const open: ReadonlySet<Intent['status']> = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
]);

/** What it asks for. @param code why that is what it was; null: it is as it was to be */
export function asksFor(
  { orderId, amount, due }: Paying,
  paymentId: string,
  code: string | null,
  now: Instant,
): PaymentEvent {
  return { type: 'PaymentAmended', data: { paymentId, orderId, amount, due, code, amendedAt: now } };
}
