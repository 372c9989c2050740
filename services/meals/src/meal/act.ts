import type { AnyStreamRef, Refusal, TaskRequest, UnitOfWork } from '@dabba/event-store';
import { isRefusal } from '@dabba/event-store';
import { type Principal, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { decideMeal, type MealCommand } from './decide.ts';
import { type KnownMeal, knownMeal } from './known-meal.ts';
import { type MealEvent, mealRef } from './meal.ts';
import { hideCustomer, viewOfState } from './view.ts';

type RouteOf = Parameters<typeof runCommand>;
type Wish<C> = C extends MealCommand ? Omit<C, 'mealId' | 'now'> : never;

/** What a route asks of a meal. */
export interface Act {
  command: Wish<MealCommand>;
  /** Streams that `forbids` looks at. */
  beside?: readonly AnyStreamRef[];
  /** What else is against it, where the meal itself allows it. */
  forbids?(unit: UnitOfWork): Refusal | undefined;
  follows?(events: readonly MealEvent[]): readonly TaskRequest[];
}

/** What a route sees when it makes its {@link Act}. */
export interface Asked extends KnownMeal {
  principal: Principal;
  now: number;
}

/** Answers 200 with the meal as it is then, or with the problem. A retry under its key is answered before anything is decided (E7). */
export function actOnMeal(
  deps: StoreDeps,
  request: RouteOf[0],
  reply: RouteOf[1],
  id: string,
  actFor: (asked: Asked) => Act | Refusal | Promise<Act | Refusal>,
): Promise<void> {
  return runCommand(request, reply, async (context) => {
    const principal = principalOf(request);
    const known = await knownMeal(deps, principal, id);
    const act = await actFor({ ...known, principal, now: context.now });
    if (isRefusal(act)) return act;
    const ref = mealRef(id, known.metro);
    return deps.store.transact(
      [ref, ...(act.beside ?? [])],
      (unit) => {
        const { state } = unit.load(ref);
        const decided = decideMeal(state, { ...act.command, mealId: id, now: context.now });
        if (isRefusal(decided)) return decided;
        const forbidden = act.forbids?.(unit);
        if (forbidden) return forbidden;
        const after = unit.append(ref, decided);
        for (const task of act.follows?.(decided) ?? []) unit.enqueue(task);
        return hideCustomer(viewOfState(id, after ?? known.meal), principal);
      },
      context,
      { answer: (body) => ({ status: 200, body }) },
    );
  });
}
