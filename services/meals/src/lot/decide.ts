import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { MealEvent } from '../meal/meal.ts';
import type { LotEvent } from './lot.ts';

export interface CreateLot {
  lotId: string;
  /** One id for each physical meal. */
  mealIds: readonly string[];
  sku: string;
  kitchenId: string;
  producedAt: Instant;
  expiresAt: Instant;
  /** Null: unknown. */
  allergens: readonly string[] | null;
  mayContain: readonly string[] | null;
}

/** A kitchen's clock may be ahead of ours by this much. Milliseconds. */
const clockTolerance = 5 * 60_000;

/** The lot's own event, and one for every meal in it. */
export function createLot(
  { lotId, mealIds, ...lot }: CreateLot,
  now: Instant,
): { lot: LotEvent; meals: MealEvent[] } | Refusal {
  if (lot.producedAt > now + clockTolerance)
    return refuse(422, 'lot-not-yet-produced', 'produced_at lies in the future', { pointer: '/produced_at' });
  if (lot.expiresAt <= lot.producedAt)
    return refuse(422, 'lot-expires-before-production', 'expires_at is not after produced_at', {
      pointer: '/expires_at',
    });
  if (lot.expiresAt <= now)
    return refuse(422, 'lot-already-expired', 'expires_at has passed: nothing of this lot could be sold', {
      pointer: '/expires_at',
    });
  const allergens = lot.allergens ?? [];
  const mayContain = lot.mayContain ?? [];
  const both = allergens.filter((allergen) => mayContain.includes(allergen));
  if (both.length > 0)
    return refuse(
      422,
      'allergen-both-certain-and-possible',
      `${both.join(', ')}: contained, or only perhaps?`,
      {
        pointer: '/may_contain',
      },
    );
  const { sku, kitchenId, producedAt, expiresAt } = lot;
  const facts = {
    ...{ allergens, mayContain },
    ...{ allergensKnown: lot.allergens !== null, mayContainKnown: lot.mayContain !== null },
  };
  return {
    lot: { type: 'LotCreated', data: { lotId, quantity: mealIds.length, ...lot, ...facts } },
    meals: mealIds.map((mealId) => ({
      type: 'MealProduced',
      data: { mealId, lotId, sku, kitchenId, customerId: null, producedAt, expiresAt },
    })),
  };
}
