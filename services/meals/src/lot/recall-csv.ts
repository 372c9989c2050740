import type { Knex } from 'knex';
import { mealsOfLot, type RecalledMeal } from '../read-models/lot-recall.ts';
import { csvRow } from './csv.ts';

const columns = [
  'lot',
  'meal',
  'sku',
  'kitchen',
  'produced',
  'expires',
  'status',
  'fridge',
  'customer',
  'sold_at',
] as const;
const pageSize = 200;

/** What has to be handed to the authorities within a day (FSMA 204): a sortable row a meal, read page by page. */
export async function* recallSheet(db: Knex, lotId: string): AsyncGenerator<string> {
  yield csvRow(columns);
  for (let after = ''; ; ) {
    const meals = await mealsOfLot(db, lotId, after, pageSize);
    yield meals.map((meal) => csvRow(cellsOf(meal))).join('');
    const last = meals.at(-1);
    if (meals.length < pageSize || last === undefined) return;
    after = last.meal_id;
  }
}

function cellsOf(meal: RecalledMeal): (string | null)[] {
  return [
    meal.lot_id,
    meal.meal_id,
    meal.sku,
    meal.kitchen_id,
    meal.produced_at.toISOString(),
    meal.expires_at.toISOString(),
    meal.status,
    meal.fridge_id,
    meal.customer_id,
    meal.sold_at?.toISOString() ?? null,
  ];
}
