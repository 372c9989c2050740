import type { Instant } from '@dabba/contracts';
import type { Knex } from 'knex';
import type { MealRow } from '../read-models/meal-list.ts';
import { type Priced, priceListAt } from '../session/price-list.ts';
import type { OfflinePolicy } from './rules/index.ts';

const forSale = ['IN_TRANSIT', 'STOCKED', 'RESERVED'] as const;
/** A fridge holds a few dozen. */
const atMost = 500;

/** What is inside a fridge, or on its way there: a courier may fill a fridge that reaches nobody. Some milliseconds behind. */
export async function listedMeals(
  db: Knex,
  fridgeId: string,
  metro: Priced,
  now: Instant,
): Promise<OfflinePolicy['meals']> {
  const rows = await db<MealRow>('meal_list')
    .where((query) => query.where({ fridge_id: fridgeId }).whereIn('status', forSale))
    .orWhereIn('meal_id', db('lot_meals').where({ inside_fridge_id: fridgeId }).select('meal_id'))
    .orderBy('meal_id')
    .limit(atMost);
  const { currency } = metro;
  // The full price: the fridge marks down by itself.
  const { full } = priceListAt(metro, now);
  return rows.map(({ meal_id, sku, expires_at, status }) => ({
    meal_id,
    sku,
    price: full(sku),
    currency,
    expires_at: expires_at.getTime(),
    ...(!forSale.some((each) => each === status) && { blocked: true }),
  }));
}
