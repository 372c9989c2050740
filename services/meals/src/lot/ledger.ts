import type { MealStatus } from '../meal/meal.ts';

/** Status of a meal → the column of the ledger that counts it. Every status has one, so that sums balance. */
export const places = {
  PRODUCED: 'at_kitchen',
  IN_TRANSIT: 'in_transit',
  STOCKED: 'on_shelf',
  RESERVED: 'reserved',
  SOLD: 'sold',
  REFUNDED: 'refunded',
  EXPIRED: 'expired',
  SPOILED: 'spoiled',
  WITHDRAWN: 'withdrawn',
  RETURNED: 'returned',
  UNEXPLAINED: 'unexplained',
} as const satisfies Record<MealStatus, string>;

export type Place = (typeof places)[MealStatus];

/** How many meals are where, or ended how. */
export type Ledger = Readonly<Record<Place, number>>;

export const emptyLedger: Ledger = {
  at_kitchen: 0,
  in_transit: 0,
  on_shelf: 0,
  reserved: 0,
  sold: 0,
  refunded: 0,
  expired: 0,
  spoiled: 0,
  withdrawn: 0,
  returned: 0,
  unexplained: 0,
};

export function sumOf(ledger: Ledger): number {
  return Object.values(ledger).reduce((sum, count) => sum + count, 0);
}
