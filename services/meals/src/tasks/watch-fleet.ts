import type { Instant } from '@dabba/contracts';
import { metroOf } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { decideOffline, decideSilence } from '../fridge/lock.ts';
import { sensorOf } from '../read-models/fleet.ts';
import { type FleetRow, listFleet } from '../read-models/fleet-query.ts';

const everyMillis = 60_000;
/** A fridge not heard for so long is worth an alarm. Milliseconds. */
const offlineAfter = 5 * 60_000;
const atOnce = 100;

/** The next round over a metro's fridges; one is waiting at a time. */
export const watchFleet = (metro: string, runAt: Instant): TaskRequest => ({
  task: 'watch-fleet',
  key: `watch-fleet:${metro}`,
  payload: { metro },
  runAt,
  maxAttempts: 1_000_000,
});

/** Goes round a metro's fridges: silence leaves no fact to react to, so somebody has to look. */
export function watchFleetTask({ store, db, now, region }: StoreDeps): TaskHandler<{ metro: string }> {
  return {
    name: 'watch-fleet',
    parse(payload) {
      const { metro }: Record<string, unknown> = { ...Object(payload) };
      if (typeof metro !== 'string') throw new TypeError('No round over a metro');
      return { metro };
    },
    async run({ metro }, { signal }) {
      const rules = coldRulesOf(metroOf(region, metro));
      let page: FleetRow[] = [];
      do {
        signal.throwIfAborted();
        const after = page.at(-1)?.fridge_id;
        page = await listFleet(db, {
          metro,
          limit: atOnce,
          now: now(),
          ...(after !== undefined && { after }),
        });
        for (const { fridge_id: id, last_seen, read_at, gaps } of page) {
          if (last_seen === null) continue;
          const seen = last_seen.getTime();
          const sensor = sensorOf({ read_at, gaps });
          const at = now();
          const outcome = await store.execute(
            fridgeRef(id, metro),
            (fridge) => [
              ...decideSilence(fridge, id, sensor, seen, rules),
              ...decideOffline(fridge, id, seen, offlineAfter, at),
            ],
            { actor: 'task:watch-fleet', now: at },
          );
          asRecorded(outcome);
        }
      } while (page.length === atOnce);
      const at = now();
      const outcome = await store.transact([], (unit) => unit.enqueue(watchFleet(metro, at + everyMillis)), {
        actor: 'task:watch-fleet',
        now: at,
      });
      asRecorded(outcome);
    },
  };
}
