import type { Events, Instant, Metro } from '@dabba/contracts';
import { priceNow } from '../fridge/price.ts';

/** Minor units. */
const bySku: Readonly<Record<string, number>> = {
  'dal-makhani': 850,
  'paneer-tikka': 950,
  'veg-biryani': 900,
};
const otherwise = 850;

type Shown = Events['DoorSessionStarted']['prices'][number];

/** What is shown for the meals inside, in the metro's currency, marked down near their expiry as the metro says. */
export function pricesOf(
  meals: readonly { meal_id: string; sku: string; expires_at: Date }[],
  { currency, markdown }: Pick<Metro, 'currency' | 'markdown'>,
  now: Instant,
): Shown[] {
  return meals.map(({ meal_id: mealId, sku, expires_at }) => {
    const full = Object.hasOwn(bySku, sku) ? (bySku[sku] ?? otherwise) : otherwise;
    return { mealId, sku, price: priceNow(full, expires_at.getTime(), now, markdown), currency };
  });
}
