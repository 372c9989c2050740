import type { Knex } from 'knex';

export interface LotAllergens {
  lot_id: string;
  /** Null: unknown. */
  allergens: string[] | null;
  may_contain: string[] | null;
}

/** Lot id → what it was made with. A lot that is not in it is one of which nothing is known yet: not one without any. */
export async function allergensOf(db: Knex, lotIds: readonly string[]): Promise<Map<string, LotAllergens>> {
  const rows = await db<LotAllergens>('lots')
    .whereIn('lot_id', [...new Set(lotIds)])
    .select('lot_id', 'allergens', 'may_contain');
  return new Map(rows.map((row) => [row.lot_id, row]));
}
