import type { CommandContext } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { isRecalled, lotRef } from '../lot/lot.ts';
import { withdrawRecalled } from '../lot/recall.ts';
import { mealRef } from '../meal/meal.ts';
import { mealsKnown, unendedMeals } from '../read-models/lot-recall.ts';

interface Recall {
  lotId: string;
  metro: string;
}

/** Meals withdrawn in one transaction. */
const atOnce = 100;

export const recallTask = (recall: Recall) => ({
  task: 'recall-lot',
  key: `recall-lot:${recall.lotId}`,
  payload: { ...recall },
  // Half a day of the longest wait: a recall is not given up because Kafka was away for a morning.
  maxAttempts: 1_500,
});

/** Withdraws every meal of a recalled lot that has not ended. Run twice it finds nothing to do. */
export function recallLotTask({ store, db, now }: StoreDeps): TaskHandler<Recall> {
  return {
    name: 'recall-lot',
    parse: parseRecall,
    async run({ lotId, metro }, { signal }) {
      const lot = lotRef(lotId, metro);
      const { state } = await store.load(lot);
      if (state === null || !isRecalled(state)) return;
      // Counted first: what was folded by then is among the meals that are listed next.
      const known = await mealsKnown(db, lotId);
      const open = await unendedMeals(db, lotId);
      for (let from = 0; from < open.length; from += atOnce) {
        signal.throwIfAborted();
        const meals = open.slice(from, from + atOnce).map((id) => mealRef(id, metro));
        const context: CommandContext = { actor: 'task:recall-lot', now: now() };
        const outcome = await store.transact(
          [lot, ...meals],
          (unit) => {
            for (const meal of meals)
              unit.append(
                meal,
                withdrawRecalled(meal.id, unit.load(meal).state, unit.load(lot).state, context.now),
              );
          },
          context,
        );
        asRecorded(outcome);
      }
      // The list of meals trails the log, so a lot recalled as it was made may not be whole there yet.
      if (known < state.quantity)
        throw new Error(`Only ${known} of ${state.quantity} meals of ${lotId} are known so far`);
    },
  };
}

function parseRecall(payload: unknown): Recall {
  const { lotId, metro }: Record<string, unknown> = { ...Object(payload) };
  if (typeof lotId !== 'string' || typeof metro !== 'string') throw new TypeError('No recall of a lot');
  return { lotId, metro };
}
