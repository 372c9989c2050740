import type { Events } from '@dabba/contracts';

/** Minor units. */
const bySku: Readonly<Record<string, number>> = {
  'dal-makhani': 850,
  'paneer-tikka': 950,
  'veg-biryani': 900,
};
const otherwise = 850;

type Shown = Events['DoorSessionStarted']['prices'][number];

/** What is shown for the meals inside, in the metro's currency. */
export function pricesOf(meals: readonly { meal_id: string; sku: string }[], currency: string): Shown[] {
  return meals.map(({ meal_id: mealId, sku }) => {
    const price = Object.hasOwn(bySku, sku) ? (bySku[sku] ?? otherwise) : otherwise;
    return { mealId, sku, price, currency };
  });
}
