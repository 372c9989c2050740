import { type Principal, Problem, requireMetro, type StoreDeps } from '@dabba/service-kit';
import { type Meal, mealRef } from './meal.ts';

export interface KnownMeal {
  meal: NonNullable<Meal>;
  metro: string;
}

/**
 * The meal a request names, which has to be of a metro its caller acts in.
 * @throws Problem 404 `meal-unknown`, 403 `other-metro`
 */
export async function knownMeal(
  { store }: Pick<StoreDeps, 'store'>,
  principal: Principal,
  id: string,
): Promise<KnownMeal> {
  const { state: meal } = await store.load(mealRef(id, ''));
  const [made] = meal === null ? [] : await store.history(id, 0, 1);
  if (meal === null || made === undefined)
    throw new Problem({ status: 404, code: 'meal-unknown', detail: `No meal ${id}` });
  requireMetro(principal, made.meta.metro);
  return { meal, metro: made.meta.metro };
}
