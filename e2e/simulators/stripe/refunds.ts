import { type Draft, newId } from './draft.ts';
import { invalid, missing } from './failure.ts';
import { metadataOf, type Params, text } from './form.ts';
import { wholeOf } from './intents.ts';
import type { Charge, Dispute, PaymentIntent, Refund } from './objects.ts';

export function createRefund(draft: Draft, params: Params): Refund {
  const { intent, charge } = paidOf(draft, params);
  const left = refundable(draft, charge);
  const amount = wholeOf(params, 'amount') ?? left;
  if (left === 0)
    throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
  if (amount < 1 || amount > left)
    throw invalid(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
      'amount_too_large',
    );
  const { acts } = draft.method(charge.payment_method);
  const refund: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: intent.id,
    status: acts === 'refund-waits' || acts === 'refund-fails' ? 'pending' : 'succeeded',
    reason: text(params, 'reason') ?? null,
    metadata: metadataOf(params),
    created: draft.now,
    livemode: false,
  };
  draft.put(refund);
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded >= charge.amount;
  draft.put(charge);
  draft.tell('refund.created', refund);
  draft.tell('charge.refunded', charge);
  return acts === 'refund-fails' ? endRefund(draft, refund, false) : refund;
}

/** What is left of a charge that can be given back. */
function refundable(draft: Draft, charge: Charge): number {
  const given = draft
    .all('refund')
    .filter((refund) => refund.charge === charge.id && refund.status !== 'failed')
    .reduce((sum, { amount }) => sum + amount, 0);
  return charge.captured ? charge.amount_captured - given : 0;
}

/** The bank has taken a refund, or sent it back. */
export function endRefund(draft: Draft, refund: Refund, takes: boolean): Refund {
  refund.status = takes ? 'succeeded' : 'failed';
  if (!takes) {
    refund.failure_reason = 'lost_or_stolen_card';
    const charge = draft.get('charge', refund.charge);
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
    draft.put(charge);
  }
  draft.put(refund);
  draft.tell(takes ? 'refund.updated' : 'refund.failed', refund);
  return refund;
}

export function openDispute(draft: Draft, params: Params): Dispute {
  const { intent, charge } = paidOf(draft, params);
  const dispute: Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount: wholeOf(params, 'amount') ?? charge.amount_captured,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: intent.id,
    reason: text(params, 'reason') ?? 'fraudulent',
    status: 'needs_response',
    evidence_details: { due_by: draft.now + 7 * 86_400 },
    metadata: {},
    created: draft.now,
    livemode: false,
  };
  draft.put(dispute);
  draft.put({ ...charge, disputed: true });
  draft.tell('charge.dispute.created', dispute);
  return dispute;
}

export function closeDispute(draft: Draft, dispute: Dispute, won: boolean): Dispute {
  if (dispute.status !== 'needs_response') throw invalid('This dispute is already closed.');
  dispute.status = won ? 'won' : 'lost';
  draft.put(dispute);
  draft.tell('charge.dispute.closed', dispute);
  return dispute;
}

function paidOf(draft: Draft, params: Params): { intent: PaymentIntent; charge: Charge } {
  const id = text(params, 'payment_intent');
  const given = text(params, 'charge');
  if (id === undefined && given === undefined)
    throw invalid('One of the following params should be provided: payment_intent or charge.');
  const intent = draft.get(
    'payment_intent',
    id ?? draft.get('charge', given ?? '', 'charge').payment_intent,
    'payment_intent',
  );
  if (intent.latest_charge === null) throw missing('charge', intent.id, 'payment_intent');
  return { intent, charge: draft.get('charge', intent.latest_charge) };
}
