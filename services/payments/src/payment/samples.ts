import type { Intent } from '../provider/port.ts';
import type { PaymentEvent } from './payment.ts';

/** What the specs of payments share. */
export const noon = Date.UTC(2026, 10, 21, 12);
export const paymentId = 'pay_1';
const soon = noon + 900_000;

type Asked = Extract<PaymentEvent, { type: 'PaymentRequested' }>['data'];

export const wish = (change: Partial<Asked> = {}) => ({
  metro: 'sfo',
  orderId: 'ord_1',
  sessionId: null,
  customerId: 'c1',
  amount: 1542,
  subsidy: 500,
  subsidyPeriod: '2026-11-21',
  currency: 'USD',
  captures: 'AUTOMATIC' as const,
  confirms: 'CLIENT' as const,
  provider: 'stripe',
  paymentMethod: null,
  providerCustomer: null,
  settles: null,
  expiresAt: soon,
  ...change,
});

/** An order of 15.42 of which the company pays 5.00 (S2-ORD-02). */
export const requested = (change: Partial<Asked> = {}): PaymentEvent => {
  const whole = wish(change);
  const due = whole.amount - whole.subsidy;
  return { type: 'PaymentRequested', data: { paymentId, ...whole, due, requestedAt: noon } };
};

/** A hold of 20.00 at a fridge. */
export const holdRequested = (change: Partial<Asked> = {}): PaymentEvent =>
  requested({
    ...{ orderId: null, sessionId: 's1', amount: 2000, subsidy: 0, subsidyPeriod: null },
    ...{ captures: 'MANUAL', confirms: 'SERVER', paymentMethod: 'pm_card_visa' },
    ...change,
  });

export const intent = (change: Partial<Intent> = {}): Intent => ({
  id: 'pi_1',
  provider: 'stripe',
  paymentId,
  status: 'requires_payment_method',
  approved: null,
  currency: 'USD',
  amount: 1042,
  capturable: 0,
  received: 0,
  clientSecret: 'pi_1_secret_1',
  chargeId: null,
  captureBefore: null,
  decline: null,
  refunds: [],
  disputes: [],
  ...change,
});

const about = (isHold: boolean) => ({
  paymentId,
  orderId: isHold ? null : 'ord_1',
  sessionId: isHold ? 's1' : null,
});

export const created = (isHold = false, status = 'requires_payment_method'): PaymentEvent => {
  const { orderId } = about(isHold);
  const data = { paymentId, orderId, provider: 'stripe', intentId: 'pi_1', status, createdAt: noon };
  return { type: 'PaymentIntentCreated', data };
};
export const amending = (amount: number): PaymentEvent => ({
  type: 'PaymentAmendRequested',
  data: { paymentId, orderId: 'ord_1', amount, requestedAt: noon },
});
export const approved: PaymentEvent = {
  type: 'PaymentApproved',
  data: { paymentId, orderId: 'ord_1', provider: 'stripe', intentId: 'pi_1', approvedAt: noon },
};
export const authorised = (amount = 2000): PaymentEvent => ({
  type: 'PaymentAuthorised',
  data: { ...about(true), provider: 'stripe', amount, captureBefore: noon + 172_800_000, authorisedAt: noon },
});
export const wanted = (amount: number): PaymentEvent => ({
  type: 'PaymentCaptureRequested',
  data: { paymentId, amount, requestedAt: noon },
});
export const succeeded = (captured = 1042, subsidy = 500, isHold = false): PaymentEvent => ({
  type: 'PaymentSucceeded',
  data: {
    ...about(isHold),
    ...{ customerId: 'c1', provider: 'stripe', captured, subsidy, currency: 'USD' },
    ...{ chargeId: 'ch_1', succeededAt: noon },
  },
});
type End = Extract<PaymentEvent, { type: 'PaymentCancelled' }>['data']['reason'];
export const ending = (reason: End, isHold = false): PaymentEvent => ({
  type: 'PaymentCancelRequested',
  data: { ...about(isHold), reason, requestedAt: noon },
});
export const cancelled = (reason: End, isHold = false): PaymentEvent => ({
  type: 'PaymentCancelled',
  data: { ...about(isHold), reason, cancelledAt: noon },
});
export const declined = (isHold = false, ref = 'ch_no'): PaymentEvent => ({
  type: 'PaymentDeclined',
  data: { ...about(isHold), code: 'generic_decline', ref, declinedAt: noon },
});
export const refundAsked = (
  refundId: string,
  amount: number,
  subsidy = 0,
  reason = 'cold',
): PaymentEvent => ({
  type: 'RefundRequested',
  data: {
    paymentId,
    refundId,
    orderId: 'ord_1',
    amount,
    subsidy,
    currency: 'USD',
    reason,
    requestedAt: noon,
  },
});
export const refundDone = (
  refundId: string,
  amount: number,
  subsidy = 0,
  providerRef: string | null = 're_1',
): PaymentEvent => ({
  type: 'RefundSucceeded',
  data: {
    paymentId,
    refundId,
    orderId: 'ord_1',
    amount,
    subsidy,
    currency: 'USD',
    providerRef,
    succeededAt: noon,
  },
});
export const refundFailed = (
  refundId: string,
  amount: number,
  reversed = false,
  code = 'failed',
): PaymentEvent => ({
  type: 'RefundFailed',
  data: { paymentId, refundId, orderId: 'ord_1', amount, currency: 'USD', code, reversed, failedAt: noon },
});
export const disputeOpened = (amount = 1042): PaymentEvent => ({
  type: 'DisputeOpened',
  data: {
    ...{ paymentId, disputeId: 'du_1', amount, currency: 'USD', reason: 'fraudulent' },
    ...{ evidenceBy: null, openedAt: noon },
  },
});
export const disputeClosed = (won: boolean, amount = 1042): PaymentEvent => ({
  type: 'DisputeClosed',
  data: { paymentId, disputeId: 'du_1', amount, currency: 'USD', won, closedAt: noon },
});
