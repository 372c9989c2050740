import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** What each customer bought and was not given back, in minor units by currency. */
export const customerPurchases = defineReadModel({
  name: 'customer-purchases',
  topics: ['meals'],
  tables: {
    customer_purchases: {
      kind: 'counters',
      key: ['customer_id', 'currency'],
      create(table) {
        table.text('customer_id').notNullable();
        table.text('currency').notNullable();
        table.bigInteger('amount').notNullable();
        table.primary(['customer_id', 'currency']);
      },
    },
  },
  on: {
    MealSold: ({ data: { customerId, currency, price } }, rows) =>
      rows.add('customer_purchases', { customer_id: customerId, currency }, { amount: price }),
    MealRefunded: ({ data: { customerId, currency, price } }, rows) =>
      rows.add('customer_purchases', { customer_id: customerId, currency }, { amount: -price }),
  },
});

/** Minor units, some milliseconds behind. */
export async function boughtBy(db: Knex, customerId: string, currency: string): Promise<number> {
  const row = await db<{ customer_id: string; currency: string; amount: string }>('customer_purchases')
    .where({ customer_id: customerId, currency })
    .first('amount');
  return Number(row?.amount ?? 0);
}
