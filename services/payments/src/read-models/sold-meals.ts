import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';
import { paymentIdOf } from '../payment/payment.ts';

/** Meals that fridges sold, and by which payment each is to be paid: one meal, one of them (S0-INV-05). */
export const soldMeals = defineReadModel({
  name: 'sold-meals',
  topics: ['meals'],
  tables: {
    sold_meals: {
      kind: 'rows',
      key: ['meal_id'],
      create(table) {
        table.text('meal_id').primary();
        table.text('metro').notNullable();
        table.text('customer_id').notNullable();
        table.text('payment_id').notNullable();
        table.bigInteger('price').notNullable().comment('minor units');
        table.text('currency').notNullable();
        table.date('day').notNullable().comment('UTC, of the sale');
        table.timestamp('sold_at').notNullable();
        table.boolean('refunded').notNullable();
        table.index(['payment_id']);
        table.index(['day']);
      },
    },
  },
  on: {
    MealSold({ data, meta: { metro } }, rows) {
      const { mealId, customerId, price, currency, soldAt, sessionId, verdict } = data;
      const byItself = sessionId === null || verdict?.offline === true;
      rows.put('sold_meals', {
        meal_id: mealId,
        metro,
        customer_id: customerId,
        payment_id: paymentIdOf(byItself ? mealId : sessionId),
        price,
        currency,
        day: new Date(soldAt).toISOString().slice(0, 10),
        sold_at: new Date(soldAt),
        refunded: false,
      });
    },
    MealRefunded: ({ data: { mealId } }, rows) =>
      rows.change('sold_meals', { meal_id: mealId }, (row) => row && { ...row, refunded: true }),
  },
});

export interface SoldMeal {
  customer_id: string;
  meal_id: string;
  payment_id: string;
  price: string;
}

export async function soldMeal(db: Knex, mealId: string): Promise<SoldMeal | undefined> {
  return db<SoldMeal>('sold_meals')
    .where({ meal_id: mealId })
    .first('meal_id', 'customer_id', 'payment_id', 'price');
}
