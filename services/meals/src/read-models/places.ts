import type { Instant } from '@dabba/contracts';
import type { Knex } from 'knex';
import { unended } from '../lot/recall.ts';
import type { MealStatus } from '../meal/meal.ts';

/** Queries on the read model `lot-ledger`, whose rows say where each meal is. */

const locationKinds = ['COURIER', 'FRIDGE', 'KITCHEN'] as const;
export type LocationKind = (typeof locationKinds)[number];

export interface LocationRow {
  kind: LocationKind;
  /** Empty: meals on their way with nobody named. */
  id: string;
  /** That may still be sold. */
  meals: number;
  /** That have ended and lie there still. */
  ended: number;
  products: { sku: string; meals: number; first_expiry: string }[];
}

export interface LocationFilter {
  metro?: string;
  kind?: LocationKind;
  after?: { kind: LocationKind; id: string };
  limit: number;
}

/** Places by kind and id with what is there; what ended at a kitchen is not counted as lying there. */
export async function locationsOf(
  db: Knex,
  { metro, kind, after, limit }: LocationFilter,
): Promise<LocationRow[]> {
  const good = 'status = any(:unended)';
  const { rows } = await db.raw<{ rows: LocationRow[] }>(
    `with places as (
       select case place when 'IN_TRANSIT' then 'COURIER' else place end as kind,
              coalesce(case place when 'KITCHEN' then kitchen_id when 'IN_TRANSIT' then courier_id else inside_fridge_id end, '') as id,
              sku, expires_at, status
         from lot_meals
        where place in ('KITCHEN', 'IN_TRANSIT', 'FRIDGE')
          and (place <> 'KITCHEN' or ${good})
          and (cast(:metro as text) is null or metro = :metro)
       union all
       select 'FRIDGE', fridge_id, null, null, null from fleet where cast(:metro as text) is null or metro = :metro
     ), products as (
       select kind, id, sku, count(*) filter (where ${good})::int as meals,
              count(sku) filter (where not ${good})::int as ended,
              min(expires_at) filter (where ${good}) as first_expiry
         from places
        where (cast(:kind as text) is null or kind = :kind) and (cast(:afterKind as text) is null or (kind, id) > (:afterKind, :afterId))
        group by kind, id, sku
     )
     select kind, id, sum(meals)::int as meals, sum(ended)::int as ended,
            coalesce(json_agg(json_build_object('sku', sku, 'meals', meals, 'first_expiry',
              to_char(first_expiry at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by sku)
              filter (where meals > 0), '[]') as products
       from products group by kind, id order by kind, id limit :limit`,
    {
      unended,
      metro: metro ?? null,
      kind: kind ?? null,
      afterKind: after?.kind ?? null,
      afterId: after?.id ?? null,
      limit,
    },
  );
  return rows;
}

export interface CarriedMeal {
  meal_id: string;
  lot_id: string;
  sku: string;
  status: MealStatus;
  fridge_id: string | null;
  route_id: string | null;
  expires_at: Date;
  seen_at: Date;
}

/** What a courier carries, also what has ended on the way, by meal id. */
export function loadOf(
  db: Knex,
  courierId: string,
  { metro, after, limit }: { metro?: string; after?: string; limit: number },
): Promise<CarriedMeal[]> {
  const query = db('lot_meals')
    .where({ courier_id: courierId, place: 'IN_TRANSIT' })
    .orderBy('meal_id')
    .limit(limit)
    .select<CarriedMeal[]>(
      'meal_id',
      'lot_id',
      'sku',
      'status',
      'fridge_id',
      'route_id',
      'expires_at',
      'seen_at',
    );
  if (metro !== undefined) query.where({ metro });
  if (after !== undefined) query.where('meal_id', '>', after);
  return query;
}

/** Meals in a fridge, bound for it, or lying in it after their end. */
export function mealsAround(db: Knex, fridgeId: string): Promise<string[]> {
  return db('lot_meals')
    .where((any) => any.where('fridge_id', fridgeId).whereIn('status', unended))
    .orWhere('inside_fridge_id', fridgeId)
    .orderBy('meal_id')
    .pluck('meal_id');
}

export interface FreeMeal {
  meal_id: string;
  lot_id: string;
}

/** Meals of one product that a kitchen has free, the earliest to expire first. */
export function freeMeals(
  db: Knex,
  { kitchenId, metro, sku, goodUntil, limit }: FreeFilter,
): Promise<FreeMeal[]> {
  return db('lot_meals')
    .where({ kitchen_id: kitchenId, status: 'PRODUCED', sku, metro })
    .whereNull('pick_list_id')
    .where('expires_at', '>', new Date(goodUntil))
    .orderBy(['expires_at', 'meal_id'])
    .limit(limit)
    .select<FreeMeal[]>('meal_id', 'lot_id');
}

interface FreeFilter {
  kitchenId: string;
  metro: string;
  sku: string;
  goodUntil: Instant;
  limit: number;
}
