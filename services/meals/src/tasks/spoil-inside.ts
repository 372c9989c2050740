import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { spoiledIn } from '../fridge/spoiled-in.ts';
import { mealRef } from '../meal/meal.ts';
import { heldBy } from '../read-models/fleet-query.ts';

interface Excursion {
  fridgeId: string;
  metro: string;
  lockedAt: Instant;
}

/** Meals spoiled in one transaction. */
const atOnce = 100;

/** At once, and again when the list of meals has surely caught up with what was stocked before. */
export function spoilInside(fridgeId: string, metro: string, lockedAt: Instant, now: Instant): TaskRequest[] {
  const payload = { fridgeId, metro, lockedAt };
  const key = `spoil-inside:${fridgeId}:${lockedAt}`;
  const task = { task: 'spoil-inside', payload, maxAttempts: 1_500 };
  return [
    { ...task, key },
    { ...task, key: `${key}:again`, runAt: now + 60_000 },
  ];
}

/** Spoils every meal that was in a fridge when it had been too warm. Run twice it finds nothing to do. */
export function spoilInsideTask({ store, db, now }: StoreDeps): TaskHandler<Excursion> {
  return {
    name: 'spoil-inside',
    parse: parseExcursion,
    async run({ fridgeId, metro, lockedAt }, { signal }) {
      const held = await heldBy(db, fridgeId);
      for (let from = 0; from < held.length; from += atOnce) {
        signal.throwIfAborted();
        const meals = held.slice(from, from + atOnce).map((id) => mealRef(id, metro));
        const outcome = await store.transact(
          meals,
          (unit) => {
            for (const meal of meals)
              unit.append(meal, spoiledIn(fridgeId, lockedAt, meal.id, unit.load(meal).state));
          },
          { actor: 'task:spoil-inside', now: now() },
        );
        asRecorded(outcome);
      }
    },
  };
}

function parseExcursion(payload: unknown): Excursion {
  const { fridgeId, metro, lockedAt }: Record<string, unknown> = { ...Object(payload) };
  if (typeof fridgeId !== 'string' || typeof metro !== 'string' || typeof lockedAt !== 'number')
    throw new TypeError('No excursion of a fridge');
  return { fridgeId, metro, lockedAt };
}
