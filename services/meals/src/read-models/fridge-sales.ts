import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** Meals sold and money taken, for each fridge and UTC day. Added to only, so partitions may interleave. */
export const fridgeSales = defineReadModel({
  name: 'fridge-sales',
  topics: ['meals'],
  tables: {
    fridge_sales: {
      kind: 'counters',
      key: ['fridge_id', 'day', 'currency'],
      create(table) {
        table.text('fridge_id').notNullable();
        table.date('day').notNullable();
        table.text('currency').notNullable();
        table.integer('meals').notNullable();
        table.bigInteger('amount').notNullable();
        table.primary(['fridge_id', 'day', 'currency']);
      },
    },
  },
  on: {
    MealSold({ data: { fridgeId, soldAt, currency, price } }, rows) {
      const day = new Date(soldAt).toISOString().slice(0, 10);
      rows.add('fridge_sales', { fridge_id: fridgeId, day, currency }, { meals: 1, amount: price });
    },
  },
});

export interface SalesRow {
  day: string;
  currency: string;
  meals: number;
  /** Minor units. */
  amount: number;
}

/** The newest days first. */
export async function salesOf(db: Knex, fridgeId: string, days: number): Promise<SalesRow[]> {
  return db('fridge_sales')
    .where({ fridge_id: fridgeId })
    .orderBy('day', 'desc')
    .limit(days)
    .select(
      db.raw("to_char(day, 'YYYY-MM-DD') as day"),
      'currency',
      'meals',
      db.raw('amount::float8 as amount'),
    );
}
