import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { runTaskList, type TaskList, type WorkerPool } from 'graphile-worker';
import type { ClientConfig, Pool } from 'pg';
import { beginLife } from './life.ts';
import { graphileLogger, type Log } from './log.ts';
import { onceHeld } from './once-held.ts';
import { lookAhead, wakeOnTime } from './wake.ts';

/** Milliseconds between two looks for tasks that become due; every second one also looks for dead workers. */
const tick = 1_000;
/** Milliseconds a pool may take to end; after that its lock goes, and whatever it still does is for others to do again. */
const endWithin = 8_000;
/** Milliseconds a task that was fetched waits at most for one of our workers; then others may have it. */
const fetchedFor = 500;
/** Milliseconds after its end in which a task's job is stored as done, with those that end meanwhile. */
const storedWithin = 10;

export interface Incarnation {
  /** Resolves with why, once its jobs may be given to others. Never rejects. */
  readonly over: Promise<Error>;
  /** Takes no more tasks, waits for the running ones, gives up its lock. */
  stop(): Promise<void>;
}

/**
 * One worker pool of graphile-worker together with the session lock that proves it alive. When either is gone so is the other:
 * a pool without its lock would work on jobs that others have been given.
 */
export async function beginIncarnation(
  {
    pool,
    connection,
    concurrency,
    log,
  }: { pool: Pool; connection: ClientConfig; concurrency: number; log: Log },
  tasks: TaskList,
): Promise<Incarnation> {
  const life = await beginLife(connection);
  let claimed = (): void => {};
  let failed = (_why: unknown): void => {};
  const held = new Promise<void>((resolve, reject) => {
    claimed = resolve;
    failed = reject;
  });
  const events = new EventEmitter();
  const workers = runTaskList(
    {
      events,
      concurrency,
      noHandleSignals: true,
      pollInterval: 5_000, // only what LISTEN and our own alarms missed
      logger: graphileLogger(log),
      preset: {
        worker: {
          // One question for all that are due, where each worker would ask for itself, and once more after each job.
          localQueue: { size: concurrency, ttl: fetchedFor },
          // Without batching, a failure to store the end of a job is an unhandled rejection; with it, it is retried.
          completeJobBatchDelay: storedWithin,
          failJobBatchDelay: 0,
        },
      },
    },
    tasks,
    // No job is taken before the lock is held.
    onceHeld(pool, held),
  );
  const ended = workers.promise.then(
    () => new Error('The worker pool ended'),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );

  // A pool that cannot store the end of a job takes no more of them, and says that it ended only when every task has.
  const gaveUp = new Promise<Error>((resolve) => {
    events.once('pool:gracefulShutdown', ({ message }) =>
      resolve(new Error(`The worker pool gave up: ${message}`)),
    );
  });

  const waker = wakeOnTime(
    async () => {
      const rows = await life.query<{ delay_ms: number }>('select delay_ms from dabba.due_tasks($1, $2)', [
        tick * 1.5,
        lookAhead,
      ]);
      return rows.map(({ delay_ms }) => delay_ms);
    },
    (count) => {
      try {
        workers.nudge(Math.min(count, concurrency));
      } catch {
        // The pool is ending by itself and says so through `over`.
      }
    },
  );
  events.on('pool:listen:notification', ({ message }) => {
    // graphile-worker wakes who works at what is due at once.
    if (message.channel === 'jobs:insert' && !isAtOnce(message.payload)) waker.look('later');
  });

  try {
    await life.claim(workers.id);
    claimed();
  } catch (error) {
    failed(error);
    waker.stop();
    void shutDown(workers, log);
    await life.end();
    throw error;
  }
  const bury = (): void => {
    life
      .query('select dabba.free_dead_workers($1)', [workers.id])
      .catch((error) => log.warn({ err: error }, 'No look for dead workers'));
  };
  let ticks = 0;
  const clock = setInterval(() => {
    waker.look('now');
    ticks += 1;
    if (ticks % 2 === 0) bury();
  }, tick);
  bury();
  waker.look('now');

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    clearInterval(clock);
    waker.stop();
    await Promise.race([shutDown(workers, log), pause(endWithin)]);
    await life.end();
  }
  return {
    over: Promise.race([life.over, ended, gaveUp]),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Whether those it tells of are all due. Only `dabba.enqueue_tasks` says so. */
function isAtOnce(payload: string | undefined): boolean {
  return payload !== undefined && /"soon"\s*:\s*0\b/.test(payload);
}

async function shutDown(workers: WorkerPool, log: Log): Promise<void> {
  try {
    await workers.gracefulShutdown('The process stops');
  } catch (error) {
    log.warn({ err: error }, 'The worker pool did not end cleanly');
  }
}
