import type { Events } from '@dabba/contracts';
import { defineReadModel, type Row } from '@dabba/projections';
import type { Knex } from 'knex';

/** A row a payment, and one for each sum that is owed instead. Minor units. */
export const paymentList = defineReadModel({
  name: 'payment-list',
  revision: 3,
  topics: ['payments'],
  tables: {
    payment_list: {
      kind: 'rows',
      key: ['payment_id'],
      create(table) {
        table.text('payment_id').primary();
        table.text('metro').notNullable();
        table.text('order_id');
        table.text('session_id');
        table.text('customer_id');
        table.text('currency').notNullable();
        for (const amount of [
          'amount',
          'subsidy',
          'due',
          'captured',
          'subsidy_paid',
          'refunded',
          'subsidy_back',
          'disputed',
        ])
          table.bigInteger(amount).notNullable();
        table.text('status').notNullable();
        table.text('provider').notNullable();
        table.text('intent_id');
        table.text('settles');
        table.timestamp('capture_before');
        table.timestamp('requested_at').notNullable();
        table.timestamp('changed_at').notNullable();
        table.index(['customer_id', 'requested_at']);
        table.index(['requested_at', 'payment_id']);
        table.index(['changed_at']);
        table.index(['order_id']);
        table.index(['status', 'capture_before']);
      },
    },
    receivables: {
      kind: 'rows',
      key: ['payment_id'],
      create(table) {
        table.text('payment_id').primary();
        table.text('customer_id').notNullable();
        table.text('currency').notNullable();
        table.bigInteger('amount').notNullable();
        table.bigInteger('remaining').notNullable().comment('neither paid nor given back nor written off');
        table.bigInteger('forgiven').notNullable().comment('given back');
        table.text('status').notNullable();
        table.timestamp('opened_at').notNullable();
        table.index(['customer_id']);
      },
    },
  },
  on: {
    PaymentRequested({ data, meta: { metro } }, rows) {
      rows.put('payment_list', {
        payment_id: data.paymentId,
        metro,
        order_id: data.orderId,
        session_id: data.sessionId,
        customer_id: data.customerId,
        currency: data.currency,
        ...{ amount: data.amount, subsidy: data.subsidy, due: data.due },
        ...{ captured: 0, subsidy_paid: 0, refunded: 0, subsidy_back: 0, disputed: 0 },
        status: 'REQUESTED',
        provider: data.provider,
        ...{ intent_id: null, settles: data.settles, capture_before: null },
        requested_at: new Date(data.requestedAt),
        changed_at: new Date(data.requestedAt),
      });
    },
    PaymentFailedOver: ({ data, meta }, rows) => turn(rows, data.paymentId, meta.time, { provider: data.to }),
    PaymentIntentCreated: ({ data, meta }, rows) =>
      change(rows, data.paymentId, meta.time, (row) => ({
        intent_id: data.intentId,
        status: row.status === 'REQUESTED' ? 'CREATED' : (row.status ?? ''),
      })),
    PaymentAmended: ({ data: { paymentId, amount, due }, meta }, rows) =>
      turn(rows, paymentId, meta.time, { amount, due }),
    PaymentAuthorised: ({ data, meta }, rows) =>
      turn(rows, data.paymentId, meta.time, {
        status: 'AUTHORISED',
        capture_before: new Date(data.captureBefore),
      }),
    PaymentSucceeded: ({ data, meta }, rows) =>
      turn(rows, data.paymentId, meta.time, {
        status: 'SUCCEEDED',
        captured: data.captured,
        subsidy_paid: data.subsidy,
      }),
    PaymentCancelled: ({ data, meta }, rows) =>
      turn(rows, data.paymentId, meta.time, { status: 'CANCELLED' }),
    RefundRequested: ({ data, meta }, rows) =>
      change(rows, data.paymentId, meta.time, (row) => ({
        refunded: Number(row.refunded) + data.amount,
        subsidy_back: Number(row.subsidy_back) + data.subsidy,
      })),
    RefundSucceeded: ({ data, meta }, rows) => turn(rows, data.paymentId, meta.time, {}),
    RefundFailed: ({ data, meta }, rows) =>
      change(rows, data.paymentId, meta.time, (row) => ({ refunded: Number(row.refunded) - data.amount })),
    DisputeOpened: ({ data, meta }, rows) =>
      change(rows, data.paymentId, meta.time, (row) => ({ disputed: Number(row.disputed) + data.amount })),
    DisputeClosed: ({ data, meta }, rows) =>
      change(rows, data.paymentId, meta.time, (row) => ({
        disputed: Number(row.disputed) - (data.won ? data.amount : 0),
      })),
    ReceivableOpened: ({ data }, rows) =>
      rows.put('receivables', {
        payment_id: data.paymentId,
        customer_id: data.customerId,
        currency: data.currency,
        ...{ amount: data.amount, remaining: data.amount, forgiven: 0 },
        status: 'OPEN',
        opened_at: new Date(data.openedAt),
      }),
    ReceivableSettled: ({ data }, rows) =>
      rows.change('receivables', { payment_id: data.paymentId }, (row) => {
        if (!row) return row;
        const remaining = Number(row.remaining) - data.amount;
        const forgiven = Number(row.forgiven) + (data.refundId === null ? 0 : data.amount);
        return { ...row, remaining, forgiven, status: remaining > 0 ? 'OPEN' : endOf(data) };
      }),
  },
});

function endOf({ refundId, writtenOff }: Events['ReceivableSettled']): string {
  if (refundId !== null) return 'GIVEN_BACK';
  return writtenOff ? 'WRITTEN_OFF' : 'PAID';
}

interface Table {
  change(table: 'payment_list', key: Row, to: (row: Row | undefined) => Row | undefined): void;
}

/** What follows from a fact has the fact's time, which may be before that of what happened meanwhile. */
function change(rows: Table, payment_id: string, at: number, to: (row: Row) => Row): void {
  rows.change('payment_list', { payment_id }, (row) => {
    if (!row) return row;
    const before = row.changed_at instanceof Date ? row.changed_at.getTime() : at;
    return { ...row, ...to(row), changed_at: new Date(Math.max(before, at)) };
  });
}

function turn(rows: Table, payment_id: string, at: number, columns: Row): void {
  change(rows, payment_id, at, () => columns);
}

export interface ListedPayment {
  payment_id: string;
  metro: string;
  order_id: string | null;
  session_id: string | null;
  customer_id: string | null;
  currency: string;
  amount: string;
  subsidy: string;
  due: string;
  captured: string;
  refunded: string;
  status: string;
  provider: string;
  intent_id: string | null;
  requested_at: Date;
}

/** Newest first. */
export async function listPayments(
  db: Knex,
  of: {
    customer?: string;
    order?: string;
    status?: string;
    metro?: string;
    after?: { requested_at: string; payment_id: string };
    limit: number;
  },
): Promise<ListedPayment[]> {
  return db<ListedPayment>('payment_list')
    .modify((query) => {
      if (of.customer !== undefined) void query.where('customer_id', of.customer);
      if (of.order !== undefined) void query.where('order_id', of.order);
      if (of.status !== undefined) void query.where('status', of.status);
      if (of.metro !== undefined) void query.where('metro', of.metro);
      if (of.after)
        void query.whereRaw('(requested_at, payment_id) < (?::timestamptz, ?)', [
          of.after.requested_at,
          of.after.payment_id,
        ]);
    })
    .orderBy([
      { column: 'requested_at', order: 'desc' },
      { column: 'payment_id', order: 'desc' },
    ])
    .limit(of.limit);
}

/** Holds that stand and lapse before then. */
export async function holdsLapsing(db: Knex, before: Date): Promise<{ payment_id: string; metro: string }[]> {
  return db('payment_list')
    .where('status', 'AUTHORISED')
    .andWhere('capture_before', '<', before)
    .orderBy('capture_before')
    .limit(500)
    .select('payment_id', 'metro');
}

/** The payment by which somebody paid later what they owed for this one. */
export async function settlement(db: Knex, settles: string): Promise<string | undefined> {
  const row = await db<{ payment_id: string; settles: string; status: string }>('payment_list')
    .where({ settles, status: 'SUCCEEDED' })
    .first('payment_id');
  return row?.payment_id;
}

/** Nobody paid it, and nobody will. */
export async function isWrittenOff(db: Knex, payment_id: string): Promise<boolean> {
  const row = await db<{ payment_id: string; status: string }>('receivables')
    .where({ payment_id, status: 'WRITTEN_OFF' })
    .first('payment_id');
  return row !== undefined;
}
