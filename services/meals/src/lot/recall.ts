import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Meal, MealEvent, MealStatus } from '../meal/meal.ts';
import { isRecalled, type Lot, type LotEvent } from './lot.ts';

/** A meal that could still come to a customer. */
export const unended = ['PRODUCED', 'IN_TRANSIT', 'STOCKED', 'RESERVED'] as const satisfies MealStatus[];

export interface RecallLot {
  lotId: string;
  reason: string;
}

/** Recalled once; recalling it again is no news. */
export function recallLot(
  lot: Lot,
  { lotId, reason }: RecallLot,
  now: Instant,
): readonly LotEvent[] | Refusal {
  if (lot === null) return refuse(404, 'lot-unknown', `No lot ${lotId}`);
  if (isRecalled(lot)) return [];
  const { sku, kitchenId } = lot;
  return [{ type: 'LotRecalled', data: { lotId, sku, kitchenId, reason, recalledAt: now } }];
}

/** Takes a meal of a recalled lot out of sale. One that has ended stays as it ended: a meal sold meanwhile is sold. */
export function withdrawRecalled(mealId: string, meal: Meal, lot: Lot, now: Instant): readonly MealEvent[] {
  if (meal === null || lot === null || lot.recallReason === null) return [];
  if (!unended.some((status) => status === meal.status)) return [];
  const { lotId, sku, fridgeId } = meal;
  const why = { reason: 'RECALL', note: lot.recallReason, withdrawnAt: now } as const;
  return [{ type: 'MealWithdrawn', data: { mealId, lotId, sku, fridgeId, customerId: null, ...why } }];
}
