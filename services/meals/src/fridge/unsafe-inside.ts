import type { Instant } from '@dabba/contracts';
import type { Meal } from '../meal/meal.ts';

type Inside = Pick<NonNullable<Meal>, 'status' | 'expiresAt'>;

/** Those of the meals in a fridge that nobody may eat: while there is one, the door stays shut until staff remove it. */
export function unsafeInside<M extends Inside>(inside: readonly M[], now: Instant): M[] {
  return inside.filter(
    ({ status, expiresAt }) =>
      now >= expiresAt || status === 'EXPIRED' || status === 'SPOILED' || status === 'WITHDRAWN',
  );
}
