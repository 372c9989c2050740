import type { Instant } from '@dabba/contracts';
import { isRefusal, type TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { decideMeal } from '../meal/decide.ts';
import { mealRef } from '../meal/meal.ts';

interface Reservation {
  mealId: string;
  metro: string;
  until: Instant;
}

export const releaseReservation = (reservation: Reservation): TaskRequest => ({
  task: 'release-reservation',
  key: `release-reservation:${reservation.mealId}:${reservation.until}`,
  payload: { ...reservation },
  runAt: reservation.until,
});

/** Ends a reservation when its time is over. Run twice, or after another one was made, it finds nothing to do. */
export function releaseReservationTask({ store, now }: StoreDeps): TaskHandler<Reservation> {
  return {
    name: 'release-reservation',
    parse: parseReservation,
    async run({ mealId, metro, until }) {
      const context = { actor: 'task:release-reservation', now: now() };
      if (context.now < until) throw new RetryAfter((until - context.now) / 1000, 'It is too early');
      const outcome = await store.execute(
        mealRef(mealId, metro),
        (meal) => {
          const decided = decideMeal(meal, { do: 'time-out', mealId, until, now: context.now });
          return isRefusal(decided) ? [] : decided;
        },
        context,
      );
      asRecorded(outcome);
    },
  };
}

function parseReservation(payload: unknown): Reservation {
  const { mealId, metro, until }: Record<string, unknown> = { ...Object(payload) };
  if (typeof mealId !== 'string' || typeof metro !== 'string' || typeof until !== 'number')
    throw new TypeError('No reservation of a meal');
  return { mealId, metro, until };
}
