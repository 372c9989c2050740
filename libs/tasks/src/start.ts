import { setTimeout as pause } from 'node:timers/promises';
import type { JobHelpers, TaskList } from 'graphile-worker';
import pg from 'pg';
import { attemptTask } from './attempt.ts';
import { type Breaker, breakers as defaultBreakers, makeBreaker } from './breaker.ts';
import { readEnvelope } from './envelope.ts';
import { beginIncarnation } from './incarnation.ts';
import { type Log, silent } from './log.ts';
import { mindPoolErrors } from './pool-errors.ts';
import { type Outcome, settle } from './settle.ts';
import { readStatus } from './status.ts';
import type { BreakerSettings, TaskHandler, TaskRunner } from './types.ts';

export type TasksDatabase = { pool: pg.Pool } | { connectionString: string };

export interface TasksOptions {
  handlers: readonly TaskHandler[];
  /** Added to the defaults ({@link defaultBreakers}), or instead of them. */
  breakers?: Readonly<Record<string, BreakerSettings>>;
  /** Tasks run at once by this process; default 10. */
  concurrency?: number;
  /** Milliseconds a running task is given to end by itself at `stop`, before its signal aborts; default 5,000. */
  drain?: number;
  log?: Log;
}

/**
 * Runs the tasks of a database until `stop`. The database must have been through `migrateTasks`; of a given pool it uses one
 * connection for good and some for moments. Resolves once tasks are being taken; throws if the database cannot be reached
 * now, while later absences are waited out.
 */
export async function startTasks(options: TasksOptions & TasksDatabase): Promise<TaskRunner> {
  const { concurrency = 10, drain = 5_000, log = silent } = options;
  const pool =
    'pool' in options
      ? options.pool
      : new pg.Pool({ connectionString: options.connectionString, max: concurrency + 2 });
  const unmind = mindPoolErrors(pool, log);
  const known = { ...defaultBreakers, ...options.breakers };
  const guards = makeGuards(options.handlers, known);
  let interrupt = new AbortController();

  const tasks: TaskList = {};
  for (const handler of options.handlers) {
    const breaker = handler.dependency === undefined ? undefined : guards.get(handler.dependency);
    tasks[handler.name] = (payload, helpers) => runJob(handler, breaker, payload, helpers);
  }

  async function runJob(
    handler: TaskHandler,
    breaker: Breaker | undefined,
    payload: unknown,
    { job }: JobHelpers,
  ): Promise<void> {
    const envelope = readEnvelope(payload);
    const attempt = (envelope?.failed ?? 0) + job.attempts;
    const outcome: Outcome = envelope
      ? await attemptTask(handler, envelope, attempt, breaker, interrupt.signal)
      : { is: 'hopeless', error: new Error('The job carries no task') };
    const settled = settle(outcome, attempt, envelope?.maxAttempts ?? 1, Math.random());
    const about = { task: handler.name, id: envelope?.id ?? job.id, attempt };
    if (settled.to === 'retry') {
      const { failed, delay, error } = settled;
      log.warn({ ...about, delay, error }, 'Task will be tried again');
      await pool.query('select dabba.retry_task($1, $2, $3, $4, $5)', [
        job.id,
        job.locked_by,
        failed,
        delay,
        error,
      ]);
    } else if (settled.to === 'bury') {
      log.error({ ...about, error: settled.error }, 'Task is a dead letter');
      await pool.query('select dabba.bury_task($1, $2, $3, $4)', [
        job.id,
        job.locked_by,
        settled.attempts,
        settled.error,
      ]);
    }
  }

  const where = { pool, connection: connectionOf(options), concurrency, log };
  let current = await beginIncarnation(where, tasks);
  let past: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const stopping = new AbortController();
  const ended = keepAlive();

  async function keepAlive(): Promise<void> {
    while (!stopped) {
      const why = await Promise.race([current.over, aborted(stopping.signal)]);
      if (stopped) return;
      log.warn({ err: why }, 'The workers lost their lock; new ones begin');
      interrupt.abort(why);
      interrupt = new AbortController();
      past = Promise.all([past, current.stop()]);
      for (;;) {
        try {
          current = await beginIncarnation(where, tasks);
          break;
        } catch (error) {
          log.warn({ err: error }, 'No workers without the database');
          await pause(500, undefined, { signal: stopping.signal }).catch(() => {});
          if (stopped) return;
        }
      }
    }
  }

  return {
    status: () => readStatus(pool, guards),
    async stop() {
      if (stopped) return;
      stopped = true;
      stopping.abort();
      await ended;
      const deadline = setTimeout(() => interrupt.abort(new Error('The process stops')), drain);
      await Promise.all([past, current.stop()]);
      clearTimeout(deadline);
      // A pool of our own is minded to its very end: its connections may break while they close.
      if ('pool' in options) unmind();
      else await pool.end();
    },
  };
}

function makeGuards(
  handlers: readonly TaskHandler[],
  known: Readonly<Record<string, BreakerSettings>>,
): Map<string, Breaker> {
  const guards = new Map<string, Breaker>();
  for (const { name, dependency } of handlers) {
    if (dependency === undefined || guards.has(dependency)) continue;
    const settings = known[dependency];
    if (!settings)
      throw new Error(`The task ${name} runs behind the breaker ${dependency}, which has no settings`);
    guards.set(dependency, makeBreaker(dependency, settings));
  }
  return guards;
}

function connectionOf(database: TasksDatabase): pg.ClientConfig {
  return 'pool' in database ? database.pool.options : { connectionString: database.connectionString };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
