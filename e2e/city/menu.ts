/** What kitchens make, and the hour of the city at which it may not be sold any more. */
export const menu = [
  { sku: 'dal-makhani', until: '23:30', allergens: ['milk'], mayContain: ['sesame'] },
  { sku: 'paneer-tikka', until: '23:00', allergens: ['milk', 'mustard'], mayContain: ['nuts'] },
  { sku: 'veg-biryani', until: '23:30', allergens: ['celery'], mayContain: ['nuts', 'milk'] },
  { sku: 'chicken-wrap', until: '22:30', allergens: ['wheat'], mayContain: ['milk'] },
  { sku: 'lentil-salad', until: '22:00', allergens: ['mustard'], mayContain: ['celery'] },
] as const;

/** Raw fish: a small lot at noon, to be eaten in the afternoon. */
export const pokeBowl = {
  sku: 'poke-bowl',
  allergens: ['fish', 'soy'],
  mayContain: ['sesame'],
} as const;

export type Dish = (typeof menu)[number] | typeof pokeBowl;
