import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

const ours: ReadonlySet<string> = new Set(['dabba-order-sale', 'dabba-order-refund']);

/**
 * Which receipts are of orders and their refunds: those that the platform itself made, whose documents bear the id of the order, or of the
 * refund, as their number.
 */
export const orderReceipts = defineReadModel({
  name: 'order-receipts',
  topics: ['receipts'],
  tables: {
    order_receipts: {
      kind: 'rows',
      key: ['receipt_id'],
      create(table) {
        table.text('receipt_id').primary();
        table.text('number').nullable().index().comment('null while nobody has judged it');
      },
    },
  },
  on: {
    ReceiptReceived({ data: { receiptId: receipt_id, clientId, type }, meta: { metro } }, rows) {
      // Whoever else hands in a document of that number, it is not about our sale.
      if (ours.has(type) && clientId === `dabba_${metro}`)
        rows.put('order_receipts', { receipt_id, number: null });
    },
    ReceiptValidated: ({ data: { receiptId: receipt_id, number } }, rows) =>
      rows.change('order_receipts', { receipt_id }, (row) => row && { ...row, number }),
  },
});

/** @param numbers ids of orders and refunds @returns their receipts' ids, of those that have one */
export async function receiptsOf(db: Knex, numbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db<{ receipt_id: string; number: string }>('order_receipts')
    .whereIn('number', [...numbers])
    .select('receipt_id', 'number');
  return new Map(rows.map(({ number, receipt_id }) => [number, receipt_id]));
}
