import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/**
 * What each customer took and has not paid, as payments last said. Payments being away leaves it as it is: nobody is
 * blocked by silence.
 */
export const customerDebts = defineReadModel({
  name: 'customer-debts',
  topics: ['payments'],
  tables: {
    customer_debts: {
      kind: 'rows',
      key: ['payment_id'],
      create(table) {
        table.text('payment_id').primary();
        table.text('customer_id').notNullable().index();
        table.bigInteger('amount').notNullable().comment('minor units');
        table.text('currency').notNullable();
      },
    },
  },
  on: {
    ReceivableOpened: (
      { data: { paymentId: payment_id, customerId: customer_id, amount, currency } },
      rows,
    ) => rows.put('customer_debts', { payment_id, customer_id, amount, currency }),
    ReceivableSettled: ({ data: { paymentId: payment_id, amount } }, rows) =>
      rows.change('customer_debts', { payment_id }, (row) => {
        const left = Number(row?.amount ?? 0) - amount;
        return row && left > 0 ? { ...row, amount: left } : undefined;
      }),
  },
});

/** Minor units, some milliseconds behind. */
export async function owedBy(db: Knex, customerId: string): Promise<number> {
  const row = await db('customer_debts')
    .where({ customer_id: customerId })
    .sum<{ amount: string | null }[]>('amount as amount')
    .first();
  return Number(row?.amount ?? 0);
}
