import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** Which receipt is an order's: its document bears the order's id as its number. */
export const orderReceipts = defineReadModel({
  name: 'order-receipts',
  topics: ['receipts'],
  tables: {
    order_receipts: {
      kind: 'rows',
      key: ['receipt_id'],
      create(table) {
        table.text('receipt_id').primary();
        table.text('order_id').notNullable().index();
      },
    },
  },
  on: {
    ReceiptValidated({ data: { receiptId: receipt_id, number } }, rows) {
      if (number?.startsWith('ord_')) rows.put('order_receipts', { receipt_id, order_id: number });
    },
  },
});

export async function receiptOf(db: Knex, orderId: string): Promise<string | undefined> {
  const row = await db<{ receipt_id: string; order_id: string }>('order_receipts')
    .where({ order_id: orderId })
    .first('receipt_id');
  return row?.receipt_id;
}
