import { type Static, Type } from 'typebox';
import type { Intent, SeenRefund } from '../port.ts';
import { minorOf } from './money.ts';

const Money = Type.Object({ currency_code: Type.String(), value: Type.String() });
const Part = { id: Type.String(), status: Type.String(), amount: Money };
const Authorization = Type.Object({ ...Part, expiration_time: Type.Optional(Type.String()) });
const Capture = Type.Object({
  ...Part,
  processor_response: Type.Optional(Type.Object({ response_code: Type.Optional(Type.String()) })),
});
const Refund = Type.Object({ ...Part, custom_id: Type.Optional(Type.String()) });
const Unit = Type.Object({
  reference_id: Type.Optional(Type.String()),
  custom_id: Type.Optional(Type.String()),
  amount: Money,
  payments: Type.Optional(
    Type.Object({
      authorizations: Type.Optional(Type.Array(Authorization)),
      captures: Type.Optional(Type.Array(Capture)),
      refunds: Type.Optional(Type.Array(Refund)),
    }),
  ),
});

/** An order with one purchase unit, as far as we read it. */
export const Order = Type.Object({
  id: Type.String(),
  intent: Type.String(),
  status: Type.String(),
  purchase_units: Type.Tuple([Unit]),
});
export type Order = Static<typeof Order>;
type Authorization = Static<typeof Authorization>;
type Capture = Static<typeof Capture>;

/** By this name of its purchase unit an order says that it is to be paid by a wallet that is kept. */
export const kept = 'kept';

const took: ReadonlySet<string> = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']);
const failed: ReadonlySet<string> = new Set(['DECLINED', 'FAILED']);
const open: ReadonlySet<string> = new Set(['CREATED', 'SAVED', 'APPROVED', 'PAYER_ACTION_REQUIRED']);

/** No money was held or taken for it yet. */
export function isOpen({ status }: Order): boolean {
  return open.has(status);
}

/** The last there is. */
export function heldBy({ purchase_units: [unit] }: Order): Authorization | undefined {
  return unit.payments?.authorizations?.at(-1);
}

export function takenBy({ purchase_units: [unit] }: Order): Capture[] {
  return (unit.payments?.captures ?? []).filter(({ status }) => took.has(status));
}

/** @returns but for its disputes, of which an order says nothing */
export function intentFrom(provider: string, order: Order): Intent {
  const [unit] = order.purchase_units;
  const captures = takenBy(order);
  const held = heldBy(order);
  const status = statusOf(order);
  const decline = unit.payments?.captures?.findLast((capture) => failed.has(capture.status));
  return {
    id: order.id,
    provider,
    paymentId: unit.custom_id,
    status,
    approved: order.status === 'APPROVED' ? 'STANDING' : null,
    currency: unit.amount.currency_code,
    amount: minorOf(unit.amount),
    capturable: status === 'requires_capture' && held ? minorOf(held.amount) : 0,
    received: captures.reduce((sum, { amount }) => sum + minorOf(amount), 0),
    clientSecret: order.id,
    chargeId: captures[0]?.id ?? null,
    captureBefore: held?.expiration_time === undefined ? null : Date.parse(held.expiration_time),
    decline: decline
      ? { ref: decline.id, code: decline.processor_response?.response_code ?? decline.status }
      : null,
    refunds: (unit.payments?.refunds ?? []).map(refundFrom),
    disputes: [],
  };
}

function statusOf(order: Order): Intent['status'] {
  const [{ reference_id, payments: { captures = [] } = {} }] = order.purchase_units;
  if (takenBy(order).length > 0) return 'succeeded';
  if (captures.some(({ status }) => status === 'PENDING')) return 'processing';
  const held = heldBy(order);
  if (held) return statusOfHeld(held);
  // Each of them failed.
  if (captures.length > 0) return 'requires_payment_method';
  switch (order.status) {
    case 'CREATED':
    case 'SAVED':
      return reference_id === kept ? 'requires_confirmation' : 'requires_payment_method';
    case 'APPROVED':
      return 'requires_confirmation';
    case 'PAYER_ACTION_REQUIRED':
      return 'requires_action';
    case 'VOIDED':
      return 'canceled';
    default:
      return 'processing';
  }
}

function statusOfHeld({ status }: Authorization): Intent['status'] {
  if (status === 'CREATED' || status === 'PARTIALLY_CAPTURED') return 'requires_capture';
  if (status === 'VOIDED') return 'canceled';
  return status === 'DENIED' ? 'requires_payment_method' : 'processing';
}

function refundFrom({ id, status, amount, custom_id }: Static<typeof Refund>): SeenRefund {
  const isOver = status === 'FAILED' || status === 'CANCELLED';
  return {
    id,
    refundId: custom_id,
    amount: minorOf(amount),
    status: status === 'COMPLETED' ? 'SUCCEEDED' : isOver ? 'FAILED' : 'PENDING',
    code: isOver ? status : null,
  };
}
