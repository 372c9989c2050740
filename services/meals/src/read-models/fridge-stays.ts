import type { Instant } from '@dabba/contracts';
import { defineReadModel, type Row, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';

/**
 * Which meals were in which fridge when, roughly: from the first sight to the last. It only tells where to look; what was
 * so at an instant, each meal's own events say. A meal that went to another fridge unseen stays until its expiry.
 */
export const fridgeStays = defineReadModel({
  name: 'fridge-stays',
  topics: ['meals'],
  tables: {
    fridge_stays: {
      kind: 'rows',
      key: ['fridge_id', 'meal_id'],
      create(table) {
        table.text('fridge_id').notNullable();
        table.text('meal_id').notNullable();
        table.text('lot_id').notNullable();
        table.timestamp('in_at').notNullable();
        // Null: it may be there.
        table.timestamp('out_at');
        table.primary(['fridge_id', 'meal_id']);
        table.index(['fridge_id', 'out_at']);
      },
    },
  },
  on: {
    MealStocked: ({ data: { fridgeId, mealId, lotId, stockedAt } }, rows) =>
      rows.change('fridge_stays', { fridge_id: fridgeId, meal_id: mealId }, (row) => ({
        fridge_id: fridgeId,
        meal_id: mealId,
        lot_id: lotId,
        in_at: new Date(Math.min(timeOf(row?.in_at) ?? Infinity, stockedAt)),
        out_at: null,
      })),
    MealSold: ({ data }, rows) => left(data, data.soldAt, rows),
    MealExpired: ({ data }, rows) => left(data, data.expiredAt, rows),
    MealSpoiled: ({ data }, rows) => left(data, data.spoiledAt, rows),
    MealWithdrawn: ({ data }, rows) => left(data, data.withdrawnAt, rows),
    MealReturned: ({ data }, rows) => left(data, data.returnedAt, rows),
    MealUnexplained: ({ data }, rows) => left(data, data.observedAt, rows),
  },
});

type Leaving = { fridgeId: string | null; mealId: string };

function left({ fridgeId, mealId }: Leaving, at: number, rows: Rows<'fridge_stays'>): void {
  if (fridgeId === null) return;
  rows.change(
    'fridge_stays',
    { fridge_id: fridgeId, meal_id: mealId },
    (row): Row | undefined => row && { ...row, out_at: new Date(Math.max(timeOf(row.out_at) ?? 0, at)) },
  );
}

function timeOf(cell: unknown): number | undefined {
  return cell instanceof Date ? cell.getTime() : undefined;
}

export interface Stay {
  meal_id: string;
  lot_id: string;
}

/** Meals that may have been in stock in the fridge at the instant, by id. */
export function staysAt(
  db: Knex,
  fridgeId: string,
  { at, after, limit }: { at: Instant; after?: string; limit: number },
): Promise<Stay[]> {
  const then = new Date(at);
  const query = db('fridge_stays as s')
    .join('lot_meals as m', 'm.meal_id', 's.meal_id')
    .where('s.fridge_id', fridgeId)
    .where('s.in_at', '<=', then)
    .where((any) => any.whereNull('s.out_at').orWhere('s.out_at', '>', then))
    .where('m.expires_at', '>', then)
    .orderBy('s.meal_id')
    .limit(limit)
    .select<Stay[]>('s.meal_id', 's.lot_id');
  if (after !== undefined) query.where('s.meal_id', '>', after);
  return query;
}
