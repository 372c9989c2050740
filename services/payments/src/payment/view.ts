import { Type } from 'typebox';
import { orNull, Time } from '../schemas.ts';
import { type Paying, refundable, subsidyLeft } from './payment.ts';

const Amount = Type.Number({ description: 'In the currency, two decimals' });

export const PaymentView = Type.Object({
  id: Type.String(),
  payment_id: Type.String({ description: 'The same, as S2-ORD-13 has it' }),
  order_id: orNull(Type.String()),
  session_id: orNull(Type.String()),
  customer_id: orNull(Type.String()),
  status: Type.String({
    description:
      'PENDING until the provider knows of it, then its own word in capitals (REQUIRES_CONFIRMATION), AUTHORISED, SUCCEEDED, CANCELLED',
  }),
  client_secret: orNull(Type.String({ description: 'With which the client confirms it' })),
  amount: Amount,
  meal_subsidy_applied: Amount,
  due: Amount,
  captured: Amount,
  refundable: Amount,
  currency: Type.String(),
  provider: Type.String(),
  stripe_payment_id: orNull(Type.String()),
  expires_at: Time,
  created_at: Time,
  refunds: Type.Array(
    Type.Object({ id: Type.String(), amount: Amount, meal_subsidy: Amount, status: Type.String() }),
  ),
  disputes: Type.Array(Type.Object({ id: Type.String(), amount: Amount, status: Type.String() })),
});

/** Two decimals, as S2-ORD-02 shows amounts. */
export const inUnits = (minor: number): number => minor / 100;

/** @param seen what the provider says of it */
export function paymentView(
  id: string,
  payment: Paying,
  seen: { status?: string; clientSecret?: string | null } = {},
) {
  return {
    id,
    payment_id: id,
    order_id: payment.orderId,
    session_id: payment.sessionId,
    customer_id: payment.customerId,
    status: statusOf(payment, seen.status),
    client_secret: seen.clientSecret ?? null,
    amount: inUnits(payment.amount),
    meal_subsidy_applied: inUnits(payment.subsidy),
    due: inUnits(payment.due),
    captured: inUnits(payment.captured),
    refundable: inUnits(refundable(payment) + subsidyLeft(payment)),
    currency: payment.currency,
    provider: payment.provider,
    stripe_payment_id: payment.intentId,
    expires_at: new Date(payment.expiresAt).toISOString(),
    created_at: new Date(payment.requestedAt).toISOString(),
    refunds: Object.entries(payment.refunds).map(([refund, { amount, subsidy, status }]) => ({
      ...{ id: refund, amount: inUnits(amount), meal_subsidy: inUnits(subsidy), status },
    })),
    disputes: Object.entries(payment.disputes).map(([dispute, { amount, status }]) => ({
      ...{ id: dispute, amount: inUnits(amount), status },
    })),
  };
}

const done: ReadonlySet<string> = new Set(['succeeded', 'requires_capture', 'canceled']);

function statusOf({ status, intentStatus }: Paying, seen: string | undefined): string {
  if (status === 'REQUESTED') return 'PENDING';
  if (status !== 'CREATED') return status;
  const word = seen ?? intentStatus ?? 'processing';
  // What the provider has done counts once it is in our books, a moment later.
  return done.has(word) ? 'PROCESSING' : word.toUpperCase();
}
