import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';
import type { ReceiptStatus } from '../receipt/receipt.ts';

/** A row a receipt, as lists show it; those of archived days are in the archive. */
export const receiptList = defineReadModel({
  name: 'receipt-list',
  topics: ['receipts'],
  tables: {
    receipt_list: {
      kind: 'rows',
      key: ['receipt_id'],
      left: 'exists (select from public.archived_days d where d.day = public.receipt_day(receipt_id))',
      create(table) {
        table.uuid('receipt_id').primary();
        table.text('client_id').notNullable();
        table.text('type').notNullable();
        table.text('status').notNullable();
        table.timestamp('received_at').notNullable();
        table.bigInteger('total').comment('minor units');
        table.text('currency');
        table.index(['client_id', 'received_at', 'receipt_id']);
        table.index(['received_at', 'receipt_id']);
      },
    },
  },
  on: {
    ReceiptReceived({ data: { receiptId, clientId, type, receivedAt } }, rows) {
      rows.put('receipt_list', {
        receipt_id: receiptId,
        client_id: clientId,
        type,
        status: 'RECEIVED',
        received_at: new Date(receivedAt),
        total: null,
        currency: null,
      });
    },
    ReceiptValidated({ data: { receiptId, total, currency } }, rows) {
      rows.patch('receipt_list', { receipt_id: receiptId }, { status: 'REGISTERING', total, currency });
    },
    ReceiptRejected: ({ data: { receiptId } }, rows) => turn(rows, receiptId, 'REJECTED'),
    ReceiptAccepted: ({ data: { receiptId } }, rows) => turn(rows, receiptId, 'ACCEPTED'),
    ReceiptFailed: ({ data: { receiptId } }, rows) => turn(rows, receiptId, 'FAILED'),
    ReceiptReopened: ({ data: { receiptId } }, rows) => turn(rows, receiptId, 'REGISTERING'),
  },
});

type Table = {
  patch(table: 'receipt_list', key: { receipt_id: string }, columns: { status: ReceiptStatus }): void;
};

function turn(rows: Table, receipt_id: string, status: ReceiptStatus): void {
  rows.patch('receipt_list', { receipt_id }, { status });
}

export interface ListedReceipt {
  receipt_id: string;
  client_id: string;
  type: string;
  status: ReceiptStatus;
  received_at: Date;
  total: string | null;
  currency: string | null;
}

export interface ReceiptFilter {
  from: Date;
  to: Date;
  client?: string;
  type?: string;
  status?: string;
  /** The last of the page before. */
  after?: { received_at: string; receipt_id: string };
  limit: number;
}

/** Oldest first; `from` is within, `to` is not. */
export async function listReceipts(db: Knex, filter: ReceiptFilter): Promise<ListedReceipt[]> {
  const { from, to, client, type, status, after, limit } = filter;
  return db('receipt_list')
    .where('received_at', '>=', from)
    .andWhere('received_at', '<', to)
    .modify((query) => {
      if (client !== undefined) void query.where('client_id', client);
      if (type !== undefined) void query.where('type', type);
      if (status !== undefined) void query.where('status', status);
      if (after)
        void query.whereRaw('(received_at, receipt_id) > (?::timestamptz, ?::uuid)', [
          after.received_at,
          after.receipt_id,
        ]);
    })
    .orderBy([{ column: 'received_at' }, { column: 'receipt_id' }])
    .limit(limit)
    .select('receipt_id', 'client_id', 'type', 'status', 'received_at', 'total', 'currency');
}
