import type { Events, Instant } from '@dabba/contracts';
import { priceNow } from '../fridge/price.ts';
import { type Priced, priceListAt } from './price-list.ts';

type Shown = Events['DoorSessionStarted']['prices'][number];

/** What is or was shown for the meals inside, by the metro's price list of that instant and marked down near their expiry as it says. */
export function pricesOf(
  meals: readonly { meal_id: string; sku: string; expires_at: Date }[],
  metro: Priced,
  at: Instant,
): Shown[] {
  const list = priceListAt(metro, at);
  return meals.map(({ meal_id: mealId, sku, expires_at }) => {
    const price = priceNow(list.full(sku), expires_at.getTime(), at, list.markdown);
    return { mealId, sku, price, currency: metro.currency };
  });
}
