import type { Knex } from 'knex';
import { unended } from '../lot/recall.ts';
import type { MealStatus } from '../meal/meal.ts';
import { ledgerOf } from './ledger.ts';

/** Ends after which a customer may have the meal at home. */
const taken = ['SOLD', 'REFUNDED', 'UNEXPLAINED'] as const satisfies MealStatus[];

/** Ends of a meal that may still lie in its fridge. */
const ended = ['EXPIRED', 'SPOILED', 'WITHDRAWN'] as const satisfies MealStatus[];

export interface RecalledMeal {
  meal_id: string;
  lot_id: string;
  sku: string;
  kitchen_id: string;
  produced_at: Date;
  expires_at: Date;
  status: MealStatus;
  fridge_id: string | null;
  customer_id: string | null;
  sold_at: Date | null;
}

/** Meals of the lot that may still be withdrawn, so far as is known. */
export async function unendedMeals(db: Knex, lotId: string): Promise<string[]> {
  const rows = await db<RecalledMeal>('lot_meals')
    .where({ lot_id: lotId })
    .whereIn('status', unended)
    .orderBy('meal_id')
    .select('meal_id');
  return rows.map(({ meal_id }) => meal_id);
}

export async function mealsKnown(db: Knex, lotId: string): Promise<number> {
  const [row] = await db('lot_meals')
    .where({ lot_id: lotId })
    .select<{ known: number }[]>(db.raw('count(*)::int as known'));
  return row?.known ?? 0;
}

/** Fridges in which a meal of the lot was last seen, and not taken out since. */
function fridgesHolding(db: Knex, lotId: string): Promise<{ fridge_id: string; meals: number }[]> {
  return db('lot_meals')
    .where({ lot_id: lotId })
    .whereNotNull('inside_fridge_id')
    .groupBy('inside_fridge_id')
    .orderBy('inside_fridge_id')
    .select('inside_fridge_id as fridge_id', db.raw('count(*)::int as meals'));
}

/** Who has a meal of the lot, by pseudonym. */
function customersHaving(db: Knex, lotId: string): Promise<{ customer_id: string; meals: number }[]> {
  return db('lot_meals')
    .where({ lot_id: lotId })
    .whereIn('status', taken)
    .whereNotNull('customer_id')
    .groupBy('customer_id')
    .orderBy('customer_id')
    .select('customer_id', db.raw('count(*)::int as meals'));
}

/** All that a recall's view asks of the read model. */
export async function recallOverview(db: Knex, lotId: string) {
  const [ledger, fridges, customers] = await Promise.all([
    ledgerOf(db, { lotId }),
    fridgesHolding(db, lotId),
    customersHaving(db, lotId),
  ]);
  return { ledger, fridges, customers };
}

/** A page of the lot's meals by id. */
export function mealsOfLot(db: Knex, lotId: string, after: string, limit: number): Promise<RecalledMeal[]> {
  return db<RecalledMeal>('lot_meals')
    .where({ lot_id: lotId })
    .where('meal_id', '>', after)
    .orderBy('meal_id')
    .limit(limit)
    .select('meal_id', 'lot_id', 'sku', 'kitchen_id', 'produced_at', 'expires_at', 'status')
    .select('fridge_id', 'customer_id', 'sold_at');
}

/**
 * Meals last seen in the fridge that nobody may eat: expired, ended while inside, or of a recalled lot, whether its
 * task has withdrawn them yet or not.
 */
export function unsafeIn(db: Knex, fridgeId: string, now: number): Promise<string[]> {
  return db('lot_meals as m')
    .join('lots as l', 'l.lot_id', 'm.lot_id')
    .where('m.inside_fridge_id', fridgeId)
    .where((any) =>
      any
        .whereIn('m.status', ended)
        .orWhere('m.expires_at', '<=', new Date(now))
        .orWhereNotNull('l.recalled_at'),
    )
    .orderBy('m.meal_id')
    .pluck('m.meal_id');
}
