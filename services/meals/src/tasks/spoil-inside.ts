import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { fridgeRef } from '../fridge/fridge.ts';
import { spoiledIn } from '../fridge/spoiled-in.ts';
import { mealRef } from '../meal/meal.ts';
import { heldBy } from '../read-models/fleet-query.ts';

interface Excursion {
  fridgeId: string;
  metro: string;
  lockedAt: Instant;
  /** The second look, when the list of meals has surely caught up with what was stocked before. */
  again: boolean;
}

/** Meals spoiled in one transaction. */
const atOnce = 100;
const actor = 'task:spoil-inside';

export const spoilInside = (excursion: Omit<Excursion, 'again'>, again = false): TaskRequest => ({
  task: 'spoil-inside',
  key: `spoil-inside:${excursion.fridgeId}:${excursion.lockedAt}:${again ? 2 : 1}`,
  payload: { ...excursion, again },
  // Half a day of the longest wait, as for a recall.
  maxAttempts: 1_500,
});

/** Spoils every meal that was in a fridge when it had been too warm. Run twice it finds nothing to do. */
export function spoilInsideTask({ store, db, now }: StoreDeps): TaskHandler<Excursion> {
  return {
    name: 'spoil-inside',
    parse: parseExcursion,
    async run({ fridgeId, metro, lockedAt, again }, { signal }) {
      const held = await heldBy(db, fridgeId);
      const fridge = fridgeRef(fridgeId, metro);
      for (let from = 0; from < held.length; from += atOnce) {
        signal.throwIfAborted();
        const meals = held.slice(from, from + atOnce).map((id) => mealRef(id, metro));
        const outcome = await store.transact(
          [fridge, ...meals],
          (unit) => {
            const { clearedAt } = unit.load(fridge).state.cold;
            const warmth = { fridgeId, lockedAt, clearedAt };
            for (const meal of meals) unit.append(meal, spoiledIn(warmth, meal.id, unit.load(meal).state));
          },
          { actor, now: now() },
        );
        asRecorded(outcome);
      }
      if (again) return;
      const at = now();
      const next = { ...spoilInside({ fridgeId, metro, lockedAt }, true), runAt: at + 60_000 };
      asRecorded(await store.transact([], (unit) => unit.enqueue(next), { actor, now: at }));
    },
  };
}

function parseExcursion(payload: unknown): Excursion {
  const { fridgeId, metro, lockedAt, again }: Record<string, unknown> = { ...Object(payload) };
  if (typeof fridgeId !== 'string' || typeof metro !== 'string' || typeof lockedAt !== 'number')
    throw new TypeError('No excursion of a fridge');
  return { fridgeId, metro, lockedAt, again: again === true };
}
