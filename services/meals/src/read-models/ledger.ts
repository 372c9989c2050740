import type { Knex } from 'knex';
import { emptyLedger, type Ledger, places } from '../lot/ledger.ts';

export interface LedgerRow extends Ledger {
  key: string;
  produced: number;
}

/** What a ledger can be told apart by; meals that have none yet are under the empty key. */
const ledgerKeys = {
  lot: 'lot_id',
  fridge: 'fridge_id',
  kitchen: 'kitchen_id',
  courier: 'courier_id',
  route: 'route_id',
  metro: 'metro',
} as const;
export type LedgerBy = keyof typeof ledgerKeys;

export interface LedgerFilter {
  lotId?: string;
  fridgeId?: string;
  metro?: string;
  /** UTC day on which the meals were produced, `2026-11-20`. */
  day?: string;
  after?: string;
  limit?: number;
}

/** Meals by where they are and how they ended, one row a key, by key. */
export function ledgersBy(
  db: Knex,
  by: LedgerBy,
  { lotId, fridgeId, metro, day, after, limit }: LedgerFilter,
): Promise<LedgerRow[]> {
  const key = db.raw("coalesce(??, '')", [ledgerKeys[by]]);
  const query = db('lot_meals').select(db.raw('? as key', [key]), db.raw('count(*)::int as produced'));
  for (const [status, place] of Object.entries(places))
    query.select(db.raw('count(*) filter (where status = ?)::int as ??', [status, place]));
  if (lotId !== undefined) query.where({ lot_id: lotId });
  if (fridgeId !== undefined) query.where({ fridge_id: fridgeId });
  if (metro !== undefined) query.where({ metro });
  if (day !== undefined) query.where({ day });
  if (after !== undefined) query.whereRaw('? > ?', [key, after]);
  if (limit !== undefined) query.limit(limit);
  return query.groupByRaw('1').orderByRaw('1');
}

/** The one ledger of all that the filter lets through; zeros where there is nothing. */
export async function ledgerOf(db: Knex, filter: LedgerFilter): Promise<Omit<LedgerRow, 'key'>> {
  const rows = await ledgersBy(db, 'metro', filter);
  const sums = { produced: 0, ...emptyLedger };
  for (const row of rows)
    for (const place of ['produced', ...Object.values(places)] as const) sums[place] += row[place];
  return sums;
}
