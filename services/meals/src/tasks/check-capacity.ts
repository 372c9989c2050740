import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { fridgeRef } from '../fridge/fridge.ts';
import { decideOverfull } from '../fridge/lock.ts';
import { seenInside } from '../read-models/fleet-query.ts';

interface Filled {
  fridgeId: string;
  metro: string;
}

/** @param at when a list that trails has surely heard of what was put in */
export const checkCapacity = (filled: Filled, at: Instant): TaskRequest => ({
  task: 'check-capacity',
  key: `check-capacity:${filled.fridgeId}`,
  payload: { ...filled },
  runAt: at,
});

/** What was put in is a fact, also where there was no place for it; somebody has to look at it. */
export function checkCapacityTask({ store, db, now }: StoreDeps): TaskHandler<Filled> {
  return {
    name: 'check-capacity',
    parse(payload) {
      const { fridgeId, metro }: Record<string, unknown> = { ...Object(payload) };
      if (typeof fridgeId !== 'string' || typeof metro !== 'string') throw new TypeError('No fridge');
      return { fridgeId, metro };
    },
    async run({ fridgeId, metro }) {
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
