/** What kitchens make: minor units of the metro's currency, and hours until it may not be sold any more. */
export const menu = [
  { sku: 'dal-makhani', price: 850, keeps: 10, allergens: ['milk'], mayContain: ['sesame'] },
  {
    sku: 'pad-thai',
    price: 1050,
    keeps: 8,
    allergens: ['peanuts', 'eggs', 'soy'],
    mayContain: ['crustaceans'],
  },
  { sku: 'poke-bowl', price: 1290, keeps: 5, allergens: ['fish', 'soy'], mayContain: ['sesame'] },
  { sku: 'lentil-salad', price: 790, keeps: 12, allergens: ['mustard'], mayContain: ['celery'] },
  { sku: 'chicken-wrap', price: 920, keeps: 7, allergens: ['wheat'], mayContain: ['milk'] },
] as const;

export type Dish = (typeof menu)[number];

export function pick<T>(from: readonly T[]): T | undefined {
  return from[Math.floor(Math.random() * from.length)];
}
