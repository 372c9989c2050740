import { defineReadModel, type Row } from '@dabba/projections';
import { paymentIdOf } from '../payment/payment.ts';

/** What orders believe of their payments; minor units. */
export const orderMoney = defineReadModel({
  name: 'order-money',
  topics: ['orders'],
  tables: {
    order_money: {
      kind: 'rows',
      key: ['order_id'],
      create(table) {
        table.text('order_id').primary();
        table.text('payment_id').notNullable();
        table.text('metro').notNullable();
        table.bigInteger('amount').notNullable();
        table.text('currency').notNullable();
        table.bigInteger('paid').comment('captured and subsidy; null while it is not paid');
        table.bigInteger('refund_asked').notNullable().comment('what has gone back by their word, or is to');
        table.boolean('cancelled').notNullable();
        table.timestamp('changed_at').notNullable();
        table.index(['payment_id']);
        table.index(['changed_at']);
      },
    },
  },
  on: {
    OrderPaymentRequested: ({ data: { orderId, amount, currency }, meta: { metro, time } }, rows) =>
      rows.put('order_money', {
        ...{ order_id: orderId, payment_id: paymentIdOf(orderId), metro, amount, currency },
        ...{ paid: null, refund_asked: 0, cancelled: false, changed_at: new Date(time) },
      }),
    OrderPaid: ({ data: { orderId, captured, subsidy }, meta: { time } }, rows) =>
      change(rows, orderId, time, () => ({ paid: captured + subsidy })),
    OrderCancelled: ({ data: { orderId }, meta: { time } }, rows) =>
      change(rows, orderId, time, () => ({ cancelled: true })),
    OrderRefundRequested: ({ data: { orderId, total }, meta: { time } }, rows) =>
      back(rows, orderId, time, total),
    // What was asked for elsewhere is heard of when it has gone back.
    OrderRefunded: ({ data: { orderId, amount, subsidy, reason }, meta: { time } }, rows) =>
      back(rows, orderId, time, reason === null ? amount + subsidy : 0),
    OrderRefundFailed: ({ data: { orderId, amount }, meta: { time } }, rows) =>
      back(rows, orderId, time, -amount),
  },
});

interface Table {
  change(table: 'order_money', key: Row, to: (row: Row | undefined) => Row | undefined): void;
}

/** One that was cancelled before anybody asked for money is not here. */
function change(rows: Table, order_id: string, at: number, to: (row: Row) => Row): void {
  rows.change('order_money', { order_id }, (row) => row && { ...row, ...to(row), changed_at: new Date(at) });
}

function back(rows: Table, order_id: string, at: number, total: number): void {
  change(rows, order_id, at, (row) => ({ refund_asked: Number(row.refund_asked) + total }));
}
