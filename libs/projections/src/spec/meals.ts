import { defineReadModel } from '../index.ts';
import type { Draft } from './world.ts';

/** A model with a table of each kind. A meal of sku `poison` makes the fold throw; one of a long sku Postgres. */
export const mealModel = defineReadModel({
  name: 'meal-list',
  topics: ['meals'],
  tables: {
    meal_list: {
      kind: 'rows',
      key: ['id'],
      create(table) {
        table.text('id').primary();
        table.string('sku', 20).notNullable();
        table.text('status').notNullable().index();
        table.jsonb('history').notNullable();
        table.specificType('fridges', 'text[]').notNullable();
        table.timestamp('changed_at').notNullable();
        table.bigInteger('price');
        table.boolean('touched').notNullable().defaultTo(false);
      },
    },
    meals_by_sku: {
      kind: 'counters',
      key: ['sku', 'metro'],
      create(table) {
        table.text('sku');
        table.text('metro');
        table.bigInteger('produced').notNullable().defaultTo(0);
        table.bigInteger('sold').notNullable().defaultTo(0);
        table.primary(['sku', 'metro']);
      },
    },
  },
  on: {
    MealProduced({ data, meta }, rows) {
      if (data.sku === 'poison') throw new Error('this meal cannot be folded');
      rows.put('meal_list', {
        id: data.mealId,
        sku: data.sku,
        status: 'PRODUCED',
        history: ['produced "and" \\ counted'],
        fridges: [],
        changed_at: meta.time,
      });
      rows.add('meals_by_sku', { sku: data.sku, metro: meta.metro }, { produced: 1 });
    },
    MealShipped({ data, meta }, rows) {
      rows.patch('meal_list', { id: data.mealId }, { status: 'SHIPPED', changed_at: meta.time });
    },
    MealStocked({ data, meta }, rows) {
      rows.change('meal_list', { id: data.mealId }, (row) => {
        if (!row) return undefined;
        const fridges = Array.isArray(row.fridges) ? row.fridges : [];
        const history = Array.isArray(row.history) ? row.history : [];
        return {
          ...row,
          status: 'STOCKED',
          fridges: [...fridges, data.fridgeId],
          history: [...history, { at: meta.time, fridge: data.fridgeId }],
          touched: true,
        };
      });
    },
    MealSold({ data, meta }, rows) {
      rows.add('meals_by_sku', { sku: data.sku, metro: meta.metro }, { sold: 1 });
      rows.patch('meal_list', { id: data.mealId }, { status: 'SOLD', price: data.price });
    },
    MealUnexplained({ data }, rows) {
      rows.remove('meal_list', { id: data.mealId });
    },
  },
});

export type Step = 'MealProduced' | 'MealShipped' | 'MealStocked' | 'MealSold' | 'MealUnexplained';

const time = 1_760_000_000_000;

/** One step of a meal's life. */
export function step(type: Step, mealId: string, position: number, sku = 'soup', partition = 0): Draft {
  const base = { stream: mealId, position, partition, time: time + position };
  const of = { mealId, lotId: 'lot-1', sku, fridgeId: 'f1' };
  switch (type) {
    case 'MealProduced':
      return {
        ...base,
        type,
        data: {
          mealId,
          lotId: 'lot-1',
          sku,
          kitchenId: 'k1',
          customerId: null,
          producedAt: time,
          expiresAt: time,
        },
      };
    case 'MealShipped':
      return {
        ...base,
        type,
        data: {
          mealId,
          courierId: null,
          fridgeId: 'f1',
          customerId: null,
          shippedAt: time,
          inferred: false,
          routeId: null,
        },
      };
    case 'MealStocked':
      return { ...base, type, data: { ...of, customerId: null, stockedAt: time } };
    case 'MealSold':
      return {
        ...base,
        type,
        data: {
          ...of,
          customerId: 'c1',
          price: 1250,
          currency: 'UAH',
          soldAt: time,
          sessionId: null,
          verdict: null,
        },
      };
    case 'MealUnexplained':
      return { ...base, type, data: { ...of, customerId: null, reason: 'EXPIRED', observedAt: time } };
  }
}

export const life: readonly Step[] = ['MealProduced', 'MealShipped', 'MealStocked', 'MealSold'];
