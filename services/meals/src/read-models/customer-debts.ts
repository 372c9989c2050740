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
        table.text('metro').notNullable();
        table.bigInteger('amount').notNullable().comment('minor units');
        table.text('currency').notNullable();
      },
    },
  },
  on: {
    ReceivableOpened: (
      { data: { paymentId: payment_id, customerId: customer_id, amount, currency }, meta: { metro } },
      rows,
    ) => rows.put('customer_debts', { payment_id, customer_id, metro, amount, currency }),
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

/** Who owes more than this many minor units in a metro, who owes most first; so many at most. */
export async function debtorsOf(db: Knex, metro: string, over: number, most: number): Promise<string[]> {
  const rows = await db('customer_debts')
    .where({ metro })
    .groupBy('customer_id')
    .havingRaw('sum(amount) > ?', [over])
    .orderByRaw('sum(amount) desc, customer_id')
    .limit(most)
    .select<{ customer_id: string }[]>('customer_id');
  return rows.map(({ customer_id }) => customer_id);
}
