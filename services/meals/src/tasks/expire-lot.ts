import type { Instant } from '@dabba/contracts';
import { isRefusal, type TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { lotRef } from '../lot/lot.ts';
import { decideMeal } from '../meal/decide.ts';
import { mealRef } from '../meal/meal.ts';
import { mealsKnown, unendedMeals } from '../read-models/lot-recall.ts';

interface Expiry {
  lotId: string;
  metro: string;
}

/** Meals expired in one transaction. */
const atOnce = 100;
/** Seconds between looks at a list of meals that is not whole yet. */
const patience = 30;

export const expireLot = (expiry: Expiry, expiresAt: Instant): TaskRequest => ({
  task: 'expire-lot',
  key: `expire-lot:${expiry.lotId}`,
  payload: { ...expiry },
  runAt: expiresAt,
  // Half a day of the longest wait: Kafka may be away for a morning.
  maxAttempts: 1_500,
});

/** Ends every meal of a lot that expired and has not ended otherwise. Run twice it finds nothing to do. */
export function expireLotTask({ store, db, now }: StoreDeps): TaskHandler<Expiry> {
  return {
    name: 'expire-lot',
    parse: parseExpiry,
    async run({ lotId, metro }, { signal, attempt }) {
      const { state: lot } = await store.load(lotRef(lotId, metro));
      if (lot === null) return;
      const early = lot.expiresAt - now();
      if (early > 0) throw new RetryAfter(early / 1000, 'It is too early');
      // Counted first: what was folded by then is among the meals that are listed next.
      const known = await mealsKnown(db, lotId);
      const open = await unendedMeals(db, lotId);
      for (let from = 0; from < open.length; from += atOnce) {
        signal.throwIfAborted();
        const meals = open.slice(from, from + atOnce).map((id) => mealRef(id, metro));
        const context = { actor: 'task:expire-lot', now: now() };
        const outcome = await store.transact(
          meals,
          (unit) => {
            for (const meal of meals) {
              const expire = { do: 'expire', mealId: meal.id, now: context.now } as const;
              const decided = decideMeal(unit.load(meal).state, expire);
              if (!isRefusal(decided)) unit.append(meal, decided);
            }
          },
          context,
        );
        asRecorded(outcome);
      }
      if (known < lot.quantity)
        throw new RetryAfter(
          Math.min(attempt, patience),
          `Only ${known} of ${lot.quantity} meals of ${lotId} are known so far`,
        );
    },
  };
}

function parseExpiry(payload: unknown): Expiry {
  const { lotId, metro }: Record<string, unknown> = { ...Object(payload) };
  if (typeof lotId !== 'string' || typeof metro !== 'string') throw new TypeError('No expiry of a lot');
  return { lotId, metro };
}
