import { enqueueTasks, type TaskHandler } from '@dabba/tasks';
import { archiveDay, type CloseDeps } from './archive-day.ts';
import { dueDays, resurrected } from './due-days.ts';
import { sweepDay, sweepList } from './sweep.ts';
import { waitsFor } from './waiting.ts';

const task = 'archive-closed-days';
/** Milliseconds between looks. */
const every = 10 * 60_000;
/** Milliseconds after which a run ends and the next one goes on: a task is given to another process when it takes hours. */
const longest = 60 * 60_000;

/** Sees to it that one is waiting; the same for any number of processes. */
export async function scheduleArchiving({ pool, now }: Pick<CloseDeps, 'pool' | 'now'>): Promise<void> {
  await enqueueTasks(pool, [{ task, payload: {}, key: task, runAt: now() + 1000 }]);
}

/** Archives what is due and empties hot tables of it. A day that fails, or waits, does not hold up the others. */
export async function archiveDue(deps: CloseDeps, signal?: AbortSignal): Promise<void> {
  const { pool, archive, now, log, onStep } = deps;
  const until = performance.now() + longest;
  for (const { day, archived } of await dueDays(pool, archive.hotDays, now())) {
    if (signal?.aborted || performance.now() > until) return;
    try {
      const because = archived ? undefined : await waitsFor(pool, day);
      if (because !== undefined) {
        log.warn({ day, because }, 'a day waits to be archived');
        continue;
      }
      if (!archived) await archiveDay(deps, day);
      if (await sweepDay(deps, day, signal)) await onStep?.('swept', day);
    } catch (error) {
      log.error({ err: error, day }, 'a day could not be archived');
    }
  }
  for (const day of await resurrected(pool)) await sweepList(pool, day);
}

export function archiveTask(deps: CloseDeps): TaskHandler {
  return {
    name: task,
    parse: () => undefined,
    async run(_, { signal }) {
      try {
        await alone(deps, () => archiveDue(deps, signal));
      } finally {
        await enqueueTasks(deps.pool, [{ task, payload: {}, key: task, runAt: deps.now() + every }]);
      }
    },
  };
}

/** Not beside another: a late twin would do the same work twice, though nothing would come of it. */
async function alone({ pool }: CloseDeps, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ ours: boolean }>(
      "select pg_try_advisory_lock(hashtext('archive days')) as ours",
    );
    if (rows[0]?.ours) await work();
  } finally {
    // The lock goes with the connection.
    client.release(true);
  }
}
