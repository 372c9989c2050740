import { askTogether, type PreparedStatement } from '@dabba/event-store';
import { defineReadModel, type Row, type Rows } from '@dabba/projections';
import type { Pool, QueryResultRow } from 'pg';
import type { Order } from '../order/order.ts';

/** `PENDING` until the provider knows of it, then what it says, in capitals. */
export interface OrderPaymentRow {
  payment_id: string;
  order_id: string | null;
  status: string;
  /** Minor units. */
  subsidy: number;
  /** To the customer, and to the company. */
  refunded: number;
  subsidy_back: number;
}

/** What payments told of each payment that is for an order. */
export const orderPayments = defineReadModel({
  name: 'order-payments',
  topics: ['payments'],
  // POST /orders does.
  awaited: true,
  tables: {
    order_payments: {
      kind: 'rows',
      key: ['payment_id'],
      create(table) {
        table.text('payment_id').primary();
        table.text('order_id').index();
        table.text('status').notNullable();
        table.bigInteger('subsidy').notNullable();
        table.bigInteger('refunded').notNullable();
        table.bigInteger('subsidy_back').notNullable();
      },
    },
  },
  on: {
    PaymentRequested: ({ data: { paymentId, orderId: order_id, subsidy } }, rows) =>
      change(rows, paymentId, order_id, () => ({ order_id, subsidy })),
    PaymentIntentCreated: ({ data: { paymentId, orderId, status } }, rows) =>
      change(rows, paymentId, orderId, () => ({ status: status.toUpperCase() })),
    PaymentDeclined: ({ data: { paymentId, orderId } }, rows) =>
      change(rows, paymentId, orderId, () => ({ status: 'REQUIRES_PAYMENT_METHOD' })),
    PaymentSucceeded: ({ data: { paymentId, orderId, subsidy } }, rows) =>
      change(rows, paymentId, orderId, () => ({ status: 'SUCCEEDED', subsidy })),
    PaymentCancelled: ({ data: { paymentId, orderId } }, rows) =>
      change(rows, paymentId, orderId, () => ({ status: 'CANCELLED' })),
    RefundSucceeded: ({ data: { paymentId, orderId, amount, subsidy } }, rows) =>
      change(rows, paymentId, orderId, (row) => ({
        refunded: Number(row.refunded) + amount,
        subsidy_back: Number(row.subsidy_back) + subsidy,
      })),
    RefundFailed: ({ data: { paymentId, orderId, amount, reversed } }, rows) =>
      change(rows, paymentId, orderId, (row) => ({
        refunded: Number(row.refunded) - (reversed ? amount : 0),
      })),
  },
});

function change(
  rows: Rows<'order_payments'>,
  payment_id: string,
  order_id: string | null,
  to: (row: Row) => Row,
): void {
  if (order_id === null) return;
  const unheard = { payment_id, order_id, status: 'PENDING', subsidy: 0, refunded: 0, subsidy_back: 0 };
  rows.change('order_payments', { payment_id }, (row = unheard) => ({ ...row, ...to(row) }));
}

/** Whether its customer can be told what to confirm it by: its provider knows of it, and what is sold is there. */
export function isToConfirm(
  { status, payBy }: Pick<NonNullable<Order>, 'status' | 'payBy'>,
  told: OrderPaymentRow | undefined,
): boolean {
  return status === 'PENDING' && payBy !== null && told !== undefined && told.status !== 'PENDING';
}

/** To be read by {@link readPayment}. */
export function paymentOf(paymentId: string): PreparedStatement {
  return {
    text: 'select to_jsonb(p) as payment from order_payments p where payment_id = $1',
    values: [paymentId],
  };
}

export function readPayment(found: QueryResultRow | undefined): OrderPaymentRow | undefined {
  return found?.payment;
}

export async function findPayment(pool: Pool, paymentId: string): Promise<OrderPaymentRow | undefined> {
  const [[payment] = []] = await askTogether(pool, [paymentOf(paymentId)]);
  return readPayment(payment);
}
