import type Stripe from 'stripe';
import { followed } from './followed.ts';
import type { About, Intent, Notice, SeenDispute, SeenRefund } from './port.ts';

/** By these names our own ids are in the provider's objects. */
export const ours = { payment: 'payment_id', refund: 'refund_id' } as const;

const known = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
] as const satisfies readonly Intent['status'][];

export function intentFrom(
  provider: string,
  intent: Stripe.PaymentIntent,
  refunds: readonly Stripe.Refund[] = [],
  disputes: readonly Stripe.Dispute[] = [],
): Intent {
  const { latest_charge: charge, last_payment_error: error } = intent;
  const chargeId = idOf(charge);
  const captureBefore =
    typeof charge === 'object' && charge !== null
      ? charge.payment_method_details?.card?.capture_before
      : undefined;
  return {
    id: intent.id,
    provider,
    paymentId: intent.metadata?.[ours.payment],
    // One that we have not heard of yet: it goes on, and the object will say where to.
    status: known.find((status) => status === intent.status) ?? 'processing',
    // It goes on by itself once its client has confirmed it.
    approved: null,
    currency: intent.currency.toUpperCase(),
    amount: intent.amount,
    capturable: intent.amount_capturable,
    received: intent.amount_received,
    clientSecret: intent.client_secret,
    chargeId,
    captureBefore: captureBefore === undefined ? null : captureBefore * 1000,
    decline: error
      ? {
          ref: error.charge ?? chargeId ?? intent.id,
          code: error.decline_code ?? error.code ?? 'card_declined',
        }
      : null,
    refunds: refunds.map(refundFrom),
    disputes: disputes.map(disputeFrom),
  };
}

/** Nothing of what was taken was given back or is disputed. */
export function isUntouched({ latest_charge: charge }: Stripe.PaymentIntent): boolean {
  return typeof charge === 'object' && charge !== null && charge.amount_refunded === 0 && !charge.disputed;
}

function refundFrom({ id, amount, status, metadata, failure_reason }: Stripe.Refund): SeenRefund {
  return {
    id,
    refundId: metadata?.[ours.refund],
    amount,
    status:
      status === 'succeeded'
        ? 'SUCCEEDED'
        : status === 'failed' || status === 'canceled'
          ? 'FAILED'
          : 'PENDING',
    code: failure_reason ?? null,
  };
}

function disputeFrom({ id, amount, reason, status, evidence_details }: Stripe.Dispute): SeenDispute {
  const { due_by } = evidence_details;
  return {
    id,
    amount,
    reason,
    status: status === 'won' || status === 'warning_closed' ? 'WON' : status === 'lost' ? 'LOST' : 'OPEN',
    evidenceBy: due_by === null ? null : due_by * 1000,
  };
}

/** Which intent an event is about, whatever its object is. */
export function noticeFrom({ id, type, created, data }: Stripe.Event): Notice {
  const object: Record<string, unknown> = { ...data.object };
  const about = object.object === 'payment_intent' ? object.id : object.payment_intent;
  const intentId = typeof about === 'string' ? about : undefined;
  return { id, type, about: aboutOf(type), intentId, createdAt: created * 1000 };
}

const mattering = new Set(followed);

export function aboutOf(type: string): About | null {
  if (!mattering.has(type)) return null;
  return type.startsWith('payment_intent.') ? 'intent' : 'whole';
}

function idOf(of: string | { id: string } | null): string | null {
  return typeof of === 'string' || of === null ? of : of.id;
}
