import { type Draft, newId } from './draft.ts';
import { unprocessable } from './failure.ts';
import { cents, money, moneyOf } from './money.ts';
import type { Authorization, Capture, Dispute, Refund } from './objects.ts';
import { type Body, takeMoney, text } from './orders.ts';
import { actOf } from './wallets.ts';

const day = 86_400_000;

export function captureAuthorization(draft: Draft, held: Authorization, body: Body): Capture {
  if (held.status === 'VOIDED') throw unprocessable('AUTHORIZATION_VOIDED');
  if (held.status === 'CAPTURED') throw unprocessable('AUTHORIZATION_ALREADY_CAPTURED');
  const amount = body.amount === undefined ? held.amount : moneyOf(body.amount, '/amount');
  if (cents(amount) > cents(held.amount)) throw unprocessable('MAX_CAPTURE_AMOUNT_EXCEEDED');
  const isLast = body.final_capture === true;
  draft.put<Authorization>({ ...held, status: isLast ? 'CAPTURED' : 'PARTIALLY_CAPTURED' });
  const { order_id, custom_id, invoice_id, wallet, id } = held;
  const about = { order_id, custom_id, invoice_id, wallet, create_time: draft.now };
  return takeMoney(draft, { ...about, amount, authorization_id: id });
}

export function voidAuthorization(draft: Draft, held: Authorization): Authorization {
  if (held.status === 'VOIDED') throw unprocessable('PREVIOUSLY_VOIDED');
  if (held.status === 'CAPTURED') throw unprocessable('PREVIOUSLY_CAPTURED');
  const free = draft.put<Authorization>({ ...held, status: 'VOIDED' });
  draft.tell('PAYMENT.AUTHORIZATION.VOIDED', free);
  return free;
}

export function refundCapture(draft: Draft, capture: Capture, body: Body): Refund {
  const left = cents(capture.amount) - refunded(draft, capture);
  const { currency_code } = capture.amount;
  const amount = body.amount === undefined ? money(currency_code, left) : moneyOf(body.amount, '/amount');
  if (left === 0) throw unprocessable('CAPTURE_FULLY_REFUNDED');
  if (cents(amount) > left) throw unprocessable('REFUND_AMOUNT_EXCEEDED');
  const act = actOf(capture.wallet);
  const waits = act === 'refund-waits' || act === 'refund-fails';
  const refund = draft.put<Refund>({
    id: newId(),
    object: 'refund',
    create_time: draft.now,
    order_id: capture.order_id,
    custom_id: text(body, 'custom_id'),
    invoice_id: text(body, 'invoice_id'),
    amount,
    status: waits ? 'PENDING' : 'COMPLETED',
    capture_id: capture.id,
  });
  weigh(draft, capture);
  draft.tell(waits ? 'PAYMENT.REFUND.PENDING' : 'PAYMENT.CAPTURE.REFUNDED', refund);
  return act === 'refund-fails' ? endRefund(draft, refund, false) : refund;
}

/** A refund that waited has gone back, or came back. */
export function endRefund(draft: Draft, refund: Refund, well: boolean): Refund {
  const ended = draft.put<Refund>({ ...refund, status: well ? 'COMPLETED' : 'FAILED' });
  weigh(draft, draft.get('capture', refund.capture_id));
  draft.tell(well ? 'PAYMENT.CAPTURE.REFUNDED' : 'PAYMENT.REFUND.FAILED', ended);
  return ended;
}

export function openDispute(draft: Draft, capture: Capture, reason: string | null): Dispute {
  const dispute = draft.put<Dispute>({
    id: `PP-D-${newId()}`,
    object: 'dispute',
    create_time: draft.now,
    order_id: capture.order_id,
    capture_id: capture.id,
    amount: capture.amount,
    reason: reason ?? 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
    status: 'WAITING_FOR_SELLER_RESPONSE',
    outcome: null,
    respond_by: new Date(Date.parse(draft.now) + 10 * day).toISOString(),
  });
  draft.tell('CUSTOMER.DISPUTE.CREATED', dispute);
  return dispute;
}

export function closeDispute(draft: Draft, dispute: Dispute, isOurs: boolean): Dispute {
  const outcome = isOurs ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR';
  const closed = draft.put<Dispute>({ ...dispute, status: 'RESOLVED', outcome });
  draft.tell('CUSTOMER.DISPUTE.RESOLVED', closed);
  return closed;
}

function refunded(draft: Draft, { id }: Capture): number {
  return draft
    .all('refund')
    .filter(({ capture_id, status }) => capture_id === id && status !== 'FAILED')
    .reduce((sum, { amount }) => sum + cents(amount), 0);
}

/** Its status says how much of it went back. */
function weigh(draft: Draft, capture: Capture): void {
  const back = refunded(draft, capture);
  const isAll = back >= cents(capture.amount);
  draft.put<Capture>({
    ...capture,
    status: back === 0 ? 'COMPLETED' : isAll ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  });
}
