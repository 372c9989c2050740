import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';
import type { MealStatus } from '../meal/meal.ts';

export interface MealRow {
  meal_id: string;
  lot_id: string;
  sku: string;
  kitchen_id: string;
  metro: string;
  status: MealStatus;
  fridge_id: string | null;
  customer_id: string | null;
  /** Minor units, as Postgres gives a bigint. */
  price: string | null;
  currency: string | null;
  produced_at: Date;
  expires_at: Date;
  since: Date;
}

/** Every meal with where it is and how far it got: the list anybody may read. */
export const mealList = defineReadModel({
  name: 'meal-list',
  topics: ['meals'],
  tables: {
    meal_list: {
      kind: 'rows',
      key: ['meal_id'],
      create(table) {
        table.text('meal_id').primary();
        table.text('lot_id').notNullable().index();
        table.text('sku').notNullable();
        table.text('kitchen_id').notNullable();
        table.text('metro').notNullable();
        table.text('status').notNullable();
        table.text('fridge_id');
        table.text('customer_id');
        table.bigInteger('price');
        table.text('currency');
        table.timestamp('produced_at').notNullable();
        table.timestamp('expires_at').notNullable();
        table.timestamp('since').notNullable();
        table.index(['metro', 'status', 'meal_id']);
        table.index(['fridge_id', 'status']);
      },
    },
  },
  on: {
    MealProduced({ data, meta }, rows) {
      rows.put('meal_list', {
        meal_id: data.mealId,
        lot_id: data.lotId,
        sku: data.sku,
        kitchen_id: data.kitchenId,
        metro: meta.metro,
        status: 'PRODUCED',
        fridge_id: null,
        customer_id: null,
        price: null,
        currency: null,
        produced_at: new Date(data.producedAt),
        expires_at: new Date(data.expiresAt),
        since: new Date(data.producedAt),
      });
    },
    MealShipped: ({ data }, rows) =>
      rows.patch(
        'meal_list',
        { meal_id: data.mealId },
        {
          status: 'IN_TRANSIT',
          fridge_id: data.fridgeId,
          since: new Date(data.shippedAt),
        },
      ),
    MealStocked: ({ data }, rows) =>
      rows.patch(
        'meal_list',
        { meal_id: data.mealId },
        {
          status: 'STOCKED',
          fridge_id: data.fridgeId,
          since: new Date(data.stockedAt),
        },
      ),
    MealSold: ({ data }, rows) =>
      rows.patch(
        'meal_list',
        { meal_id: data.mealId },
        {
          status: 'SOLD',
          customer_id: data.customerId,
          price: data.price,
          currency: data.currency,
          since: new Date(data.soldAt),
        },
      ),
    MealUnexplained: ({ data }, rows) =>
      rows.patch(
        'meal_list',
        { meal_id: data.mealId },
        {
          status: 'UNEXPLAINED',
          customer_id: data.customerId,
          since: new Date(data.observedAt),
        },
      ),
  },
});

export interface MealFilter {
  metro?: string;
  status?: string;
  fridgeId?: string;
  lotId?: string;
  /** Meal ids after this one, in descending order (newest first). */
  after?: string;
  limit: number;
}

export function listMeals(db: Knex, { metro, status, fridgeId, lotId, after, limit }: MealFilter) {
  const query = db<MealRow>('meal_list').orderBy('meal_id', 'desc').limit(limit);
  if (metro !== undefined) query.where('metro', metro);
  if (status !== undefined) query.where('status', status);
  if (fridgeId !== undefined) query.where('fridge_id', fridgeId);
  if (lotId !== undefined) query.where('lot_id', lotId);
  if (after !== undefined) query.where('meal_id', '<', after);
  return query;
}

/** What a fridge holds and may sell. */
export function stockOf(db: Knex, fridgeId: string) {
  return db<MealRow>('meal_list')
    .where({ fridge_id: fridgeId, status: 'STOCKED' })
    .orderBy(['expires_at', 'meal_id'])
    .select('meal_id', 'lot_id', 'sku', 'expires_at', 'since');
}
