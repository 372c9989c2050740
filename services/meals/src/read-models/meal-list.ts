import { defineReadModel, type Row } from '@dabba/projections';
import type { Knex } from 'knex';
import type { MealStatus, Place } from '../meal/meal.ts';

export interface MealRow {
  meal_id: string;
  lot_id: string;
  sku: string;
  kitchen_id: string;
  metro: string;
  status: MealStatus;
  fridge_id: string | null;
  place: Place;
  courier_id: string | null;
  route_id: string | null;
  customer_id: string | null;
  /** Minor units, as Postgres gives a bigint. */
  price: string | null;
  currency: string | null;
  reserved_until: Date | null;
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
        table.text('place');
        table.text('courier_id');
        table.text('route_id');
        table.text('customer_id');
        table.bigInteger('price');
        table.text('currency');
        table.timestamp('reserved_until');
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
        place: 'KITCHEN',
        courier_id: null,
        route_id: null,
        customer_id: null,
        price: null,
        currency: null,
        reserved_until: null,
        produced_at: new Date(data.producedAt),
        expires_at: new Date(data.expiresAt),
        since: new Date(data.producedAt),
      });
    },
    MealShipped: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), {
        status: 'IN_TRANSIT',
        fridge_id: data.fridgeId,
        place: 'IN_TRANSIT',
        courier_id: data.courierId,
        route_id: data.routeId,
        since: new Date(data.shippedAt),
      }),
    MealStocked: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), {
        ...nobodys('STOCKED', data.stockedAt),
        fridge_id: data.fridgeId,
        place: 'FRIDGE',
      }),
    MealReserved: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), {
        status: 'RESERVED',
        customer_id: data.customerId,
        reserved_until: new Date(data.until),
        since: new Date(data.reservedAt),
      }),
    MealReservationReleased: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), nobodys('STOCKED', data.releasedAt)),
    MealSold: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), {
        status: 'SOLD',
        place: 'CUSTOMER',
        customer_id: data.customerId,
        price: data.price,
        currency: data.currency,
        reserved_until: null,
        since: new Date(data.soldAt),
      }),
    MealRefunded: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), { status: 'REFUNDED', since: new Date(data.refundedAt) }),
    MealExpired: ({ data }, rows) => rows.patch('meal_list', keyOf(data), nobodys('EXPIRED', data.expiredAt)),
    MealSpoiled: ({ data }, rows) => rows.patch('meal_list', keyOf(data), nobodys('SPOILED', data.spoiledAt)),
    MealWithdrawn: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), nobodys('WITHDRAWN', data.withdrawnAt)),
    MealReturned: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), { ...nobodys('RETURNED', data.returnedAt), place: null }),
    MealRemoved: ({ data }, rows) =>
      rows.change('meal_list', keyOf(data), (row) =>
        row === undefined || row.status === 'SOLD' || row.status === 'REFUNDED'
          ? row
          : { ...row, fridge_id: null, place: null },
      ),
    MealUnexplained: ({ data }, rows) =>
      rows.patch('meal_list', keyOf(data), {
        status: 'UNEXPLAINED',
        place: null,
        customer_id: data.customerId,
        reserved_until: null,
        since: new Date(data.observedAt),
      }),
  },
});

function keyOf({ mealId }: { mealId: string }): Row {
  return { meal_id: mealId };
}

function nobodys(status: MealStatus, since: number): Row {
  return { status, customer_id: null, reserved_until: null, since: new Date(since) };
}

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

/** Meals in the fridge or on their way to it, so far as is known. */
export async function placesTaken(db: Knex, fridgeId: string): Promise<number> {
  const [row] = await db('meal_list')
    .where({ fridge_id: fridgeId })
    .whereIn('status', ['IN_TRANSIT', 'STOCKED', 'RESERVED'])
    .count({ taken: '*' });
  return Number(row?.taken ?? 0);
}
