import type { Instant } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import { isMealEvent } from '../lot/log-ledger.ts';
import type { Meal } from '../meal/meal.ts';
import { staysAt } from '../read-models/fridge-stays.ts';
import { mealAsOf, wasInStock } from './meal-as-of.ts';

export interface StockThen {
  items: { mealId: string; meal: NonNullable<Meal> }[];
  /** Where the next page begins; undefined at the end. */
  next: string | undefined;
}

/** Histories read at once. */
const atOnce = 20;

/** A page of what a fridge had in stock, by meal id: as many meals are looked at as the page is long. */
export async function stockAsOf(
  { store, db }: Pick<StoreDeps, 'store' | 'db'>,
  fridgeId: string,
  { at, after, limit }: { at: Instant; after?: string; limit: number },
): Promise<StockThen> {
  const stays = await staysAt(db, fridgeId, { at, ...(after !== undefined && { after }), limit: limit + 1 });
  const page = stays.slice(0, limit);
  const items: StockThen['items'] = [];
  for (let from = 0; from < page.length; from += atOnce) {
    const some = page.slice(from, from + atOnce).map(async ({ meal_id: mealId }) => {
      const history = await store.history(mealId);
      return { mealId, meal: mealAsOf(history.filter(isMealEvent), at) };
    });
    for (const { mealId, meal } of await Promise.all(some))
      if (wasInStock(meal, fridgeId, at)) items.push({ mealId, meal });
  }
  return { items, next: stays.length > limit ? page.at(-1)?.meal_id : undefined };
}
