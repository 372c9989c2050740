import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** Which receipt is an order's: one that the platform itself made of it, whose document bears the order's id as its number. */
export const orderReceipts = defineReadModel({
  name: 'order-receipts',
  topics: ['receipts'],
  tables: {
    order_receipts: {
      kind: 'rows',
      key: ['receipt_id'],
      create(table) {
        table.text('receipt_id').primary();
        table.text('order_id').nullable().index().comment('null while nobody has judged it');
      },
    },
  },
  on: {
    ReceiptReceived({ data: { receiptId: receipt_id, clientId, type }, meta: { metro } }, rows) {
      // Whoever else hands in a document of that number, it is not about our sale.
      if (type === 'dabba-order-sale' && clientId === `dabba_${metro}`)
        rows.put('order_receipts', { receipt_id, order_id: null });
    },
    ReceiptValidated: ({ data: { receiptId: receipt_id, number } }, rows) =>
      rows.change('order_receipts', { receipt_id }, (row) => row && { ...row, order_id: number }),
  },
});

export async function receiptOf(db: Knex, orderId: string): Promise<string | undefined> {
  const row = await db<{ receipt_id: string; order_id: string | null }>('order_receipts')
    .where({ order_id: orderId })
    .first('receipt_id');
  return row?.receipt_id;
}
