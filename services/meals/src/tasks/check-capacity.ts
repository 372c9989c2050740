import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { fridgeRef } from '../fridge/fridge.ts';
import { decideOverfull } from '../fridge/lock.ts';
import { seenInside, unseenSince } from '../read-models/fleet-query.ts';

interface Filled {
  fridgeId: string;
  metro: string;
  /** Meals that were put in, and when: the list of what is inside trails. */
  added: readonly string[];
  at: Instant;
}

export const checkCapacity = (filled: Filled, runAt: Instant): TaskRequest => ({
  task: 'check-capacity',
  key: `check-capacity:${filled.fridgeId}`,
  payload: { ...filled },
  runAt,
  maxAttempts: 1_000,
});

/** What was put in is a fact, also where there was no place for it; somebody has to look at it. */
export function checkCapacityTask({ store, db, now }: StoreDeps): TaskHandler<Filled> {
  return {
    name: 'check-capacity',
    parse: parseFilled,
    async run({ fridgeId, metro, added, at }) {
      const unseen = await unseenSince(db, added, at);
      if (unseen > 0) throw new RetryAfter(1, `${unseen} meals of ${fridgeId} are not listed yet`);
      const inside = await seenInside(db, fridgeId);
      const context = { actor: 'task:check-capacity', now: now() };
      asRecorded(
        await store.execute(
          fridgeRef(fridgeId, metro),
          (fridge) => decideOverfull(fridge, fridgeId, inside.length, context.now),
          context,
        ),
      );
    },
  };
}

function parseFilled(payload: unknown): Filled {
  const { fridgeId, metro, added, at }: Record<string, unknown> = { ...Object(payload) };
  if (
    typeof fridgeId !== 'string' ||
    typeof metro !== 'string' ||
    typeof at !== 'number' ||
    !Array.isArray(added)
  )
    throw new TypeError('No filling of a fridge');
  return { fridgeId, metro, added: added.map(String), at };
}
