import type { Instant } from '@dabba/contracts';
import type { Intent, SeenDispute, SeenRefund } from '../provider/port.ts';
import { amended } from './amend.ts';
import { type Paying, type Payment, type PaymentEvent, paymentStream } from './payment.ts';
import { refundAll } from './refund.ts';

/**
 * What follows from the provider's object as it is now, whoever fetched it and however often (T2): an older state of it, or the
 * same again, changes nothing. An object that is not the payment's own intent says nothing of it.
 */
export function observe(
  payment: Paying,
  paymentId: string,
  intent: Intent,
  now: Instant,
  amends = false,
): readonly PaymentEvent[] {
  if (isStray(payment, intent)) return [];
  const said: PaymentEvent[] = [];
  let state = payment;
  const say = (...events: readonly PaymentEvent[]): void => {
    for (const event of events) {
      said.push(event);
      state = held(paymentStream.evolve(state, event));
    }
  };
  const { orderId, sessionId, customerId, currency } = payment;
  const { provider } = intent;
  if (state.intentId === null) {
    const data = { paymentId, orderId, provider, intentId: intent.id, status: intent.status, createdAt: now };
    say({ type: 'PaymentIntentCreated', data });
    // Nobody is there to say what it is to be paid with.
    if (state.confirms === 'SERVER' && state.ending === null && awaitsMethod(intent))
      say({
        type: 'PaymentCancelRequested',
        data: { paymentId, orderId, sessionId, reason: 'DECLINED', requestedAt: now },
      });
  }
  say(...amended(state, paymentId, intent, amends, now));
  say(...declined(state, paymentId, intent, now));
  if (isToTake(state, intent)) {
    const data = { paymentId, orderId, provider, intentId: intent.id, approvedAt: now };
    say({ type: 'PaymentApproved', data });
  }
  if (intent.status === 'requires_capture' && state.status === 'CREATED') {
    const captureBefore = intent.captureBefore ?? now + 2 * 86_400_000;
    const about = { paymentId, orderId, sessionId, provider, amount: Math.min(intent.capturable, state.due) };
    say({ type: 'PaymentAuthorised', data: { ...about, captureBefore, authorisedAt: now } });
  }
  if (intent.status === 'succeeded' && state.status !== 'SUCCEEDED') {
    const late = state.ending;
    const captured = Math.min(intent.received, ceiling(state));
    // What was called off has given its subsidy back already.
    const subsidy = state.status === 'CANCELLED' ? 0 : state.subsidy;
    const about = { paymentId, orderId, sessionId, customerId, provider, captured, subsidy, currency };
    say({ type: 'PaymentSucceeded', data: { ...about, chargeId: intent.chargeId, succeededAt: now } });
    // What went out of the fridge after all is paid, whether its hold was to be let go or not.
    if (late !== null && state.wanted === null && !mayBeWanted(payment))
      say(...refundAll(state, paymentId, late, now));
  }
  if (intent.status === 'canceled' && state.status !== 'CANCELLED' && state.status !== 'SUCCEEDED') {
    const reason = state.ending ?? (state.status === 'AUTHORISED' ? 'EXPIRED' : 'CANCELLED');
    say({ type: 'PaymentCancelled', data: { paymentId, orderId, sessionId, reason, cancelledAt: now } });
  }
  for (const refund of intent.refunds) say(...refunded(state, paymentId, refund, now));
  for (const dispute of intent.disputes) say(...disputed(state, paymentId, dispute, now));
  return said;
}

/** An intent of ours that the payment does not go by: another provider took over, or it was made twice. */
export function isStray(payment: Paying, intent: Intent): boolean {
  return payment.intentId === null ? payment.provider !== intent.provider : payment.intentId !== intent.id;
}

/**
 * Its time was over, or a card declined, and its customer was faster than our calling it off: whether there still is an order is the
 * order's to say, which was told of no end. Where there is none, that calls the payment off, be it before or after this.
 */
function mayBeWanted({ status, ending, orderId }: Paying): boolean {
  return orderId !== null && ending !== 'CANCELLED' && status !== 'CANCELLED';
}

/** What was declined is tried again only once its payer has agreed anew: that it was declined is told of as well. */
function isToTake({ status, confirms, ending, approved, declined: last }: Paying, intent: Intent): boolean {
  const waits = status === 'CREATED' && confirms === 'CLIENT' && ending === null && !approved;
  return waits && (intent.approved === 'NEW' || (intent.approved === 'STANDING' && last === null));
}

function awaitsMethod({ status, decline }: Intent): boolean {
  return status === 'requires_payment_method' && decline === null;
}

/** No more is ever booked than was held, or owed: what a provider says beyond it is a difference for people to look at. */
function ceiling({ captures, authorised, due, wanted }: Paying): number {
  return captures === 'MANUAL' && authorised > 0 ? Math.min(authorised, wanted ?? authorised) : due;
}

function declined(
  { declined: last, confirms, ending, orderId, sessionId, status }: Paying,
  paymentId: string,
  intent: Intent,
  now: Instant,
): readonly PaymentEvent[] {
  const over = status === 'SUCCEEDED' || status === 'CANCELLED';
  const decline = confirms === 'SERVER' && orderId === null ? declinedAlone(intent) : declineOf(intent);
  if (over || decline === null || decline.ref === last) return [];
  const about = { paymentId, orderId, sessionId };
  const { ref, code } = decline;
  const no: PaymentEvent = { type: 'PaymentDeclined', data: { ...about, code, ref, declinedAt: now } };
  // Nobody is there to bring another card.
  if (confirms === 'CLIENT' || ending !== null) return [no];
  return [no, { type: 'PaymentCancelRequested', data: { ...about, reason: 'DECLINED', requestedAt: now } }];
}

function declineOf({ status, decline }: Intent): Intent['decline'] {
  return status === 'requires_payment_method' ? decline : null;
}

/** A card that asks for its owner where nobody is there to answer will not pay: whoever took something owes it, and can pay by hand. */
function declinedAlone(intent: Intent): Intent['decline'] {
  if (intent.status === 'requires_action') return { ref: intent.id, code: 'authentication_required' };
  return declineOf(intent);
}

function refunded(
  { refunds, orderId, currency }: Paying,
  paymentId: string,
  { id: providerRef, refundId = '', status, code }: SeenRefund,
  now: Instant,
): readonly PaymentEvent[] {
  const known = refunds[refundId];
  // What is left of a hold comes back in the shape of a refund that nobody asked for: it is none.
  if (!known) return [];
  const { amount, subsidy } = known;
  const about = { paymentId, refundId, orderId, amount, currency };
  if (status === 'SUCCEEDED' && known.status === 'REQUESTED')
    return [{ type: 'RefundSucceeded', data: { ...about, subsidy, providerRef, succeededAt: now } }];
  if (status === 'FAILED' && known.status !== 'FAILED') {
    const reversed = known.status === 'SUCCEEDED';
    return [{ type: 'RefundFailed', data: { ...about, code: code ?? 'failed', reversed, failedAt: now } }];
  }
  return [];
}

function disputed(
  { disputes, currency }: Paying,
  paymentId: string,
  { id: disputeId, amount, reason, evidenceBy, status }: SeenDispute,
  now: Instant,
): readonly PaymentEvent[] {
  const known = disputes[disputeId];
  const about = { paymentId, disputeId, amount: known?.amount ?? amount, currency };
  const opened: PaymentEvent[] = known
    ? []
    : [{ type: 'DisputeOpened', data: { ...about, reason, evidenceBy, openedAt: now } }];
  if (status === 'OPEN' || (known && known.status !== 'OPEN')) return opened;
  return [...opened, { type: 'DisputeClosed', data: { ...about, won: status === 'WON', closedAt: now } }];
}

function held(payment: Payment): Paying {
  if (payment === null) throw new Error('A payment does not become nothing');
  return payment;
}
