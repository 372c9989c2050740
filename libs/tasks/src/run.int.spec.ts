import { migrateStore } from '@dabba/event-store';
import { type TestDatabase, testDatabase, until } from '@dabba/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deadTasks,
  discardTask,
  enqueueTasks,
  GiveUp,
  migrateTasks,
  RetryAfter,
  replayTask,
  startTasks,
  type TaskHandler,
  type TaskRun,
  type TaskRunner,
  type TasksOptions,
} from './index.ts';

let database: TestDatabase;
let runners: TaskRunner[] = [];

beforeEach(async () => {
  database = await testDatabase('tasks');
  await migrateTasks(database.pool);
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  await database.drop();
});

async function start(handlers: TaskHandler[], options: Partial<TasksOptions> = {}): Promise<TaskRunner> {
  const runner = await startTasks({ connectionString: database.url, handlers, ...options });
  runners.push(runner);
  return runner;
}

interface Seen extends TaskRun {
  payload: unknown;
  at: number;
}

/** A handler that remembers its runs; `behave` decides how each ends. */
function recorder(name: string, behave: (run: TaskRun, payload: unknown) => Promise<void> | void = () => {}) {
  const runs: Seen[] = [];
  const handler: TaskHandler = {
    name,
    parse: (payload) => payload,
    async run(payload, run) {
      runs.push({ ...run, payload, at: Date.now() });
      await behave(run, payload);
    },
  };
  return { runs, handler };
}

describe('migrateTasks', () => {
  it("may run twice, and at once with others and with the event store's", async () => {
    const other = await testDatabase('tasks');
    try {
      const migrations = [migrateTasks, migrateStore, migrateTasks, migrateTasks];
      await Promise.all(migrations.map((migrate) => migrate(other.pool)));
      await migrateTasks(other.pool);
      await enqueueTasks(other.pool, [{ task: 'a', payload: {} }]);
    } finally {
      await other.drop();
    }
  });
});

describe('running', () => {
  it('picks a task up within milliseconds of the commit', async () => {
    const { runs, handler } = recorder('greet');
    await start([handler]);
    const waits: number[] = [];
    for (let n = 1; n <= 10; n++) {
      const before = Date.now();
      await enqueueTasks(database.pool, [{ task: 'greet', payload: { n } }]);
      const run = await until('a run', () => runs[n - 1], { every: 1 });
      expect(run.payload).toEqual({ n });
      waits.push(run.at - before);
    }
    expect(waits.toSorted((a, b) => a - b)[5]).toBeLessThan(50);
  });

  it('fires a timer when it is due, not when a poll finds it', async () => {
    const { runs, handler } = recorder('ring');
    await start([handler]);
    const due = [130, 370, 1_410, 2_230].map((delay) => Date.now() + delay);
    await enqueueTasks(
      database.pool,
      due.map((runAt) => ({ task: 'ring', payload: { runAt }, runAt })),
    );
    await until('all timers', () => runs.length === due.length);
    const late = runs.map(({ at }, n) => at - (due[n] ?? 0));
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    // A poll looks every five seconds.
    expect(Math.max(...late)).toBeLessThan(1_000);
  });

  it('S2-RTY-01 tries again with growing pauses under one idempotency key, then makes a dead letter', async () => {
    const { runs, handler } = recorder('fail', () => {
      throw new Error('still away');
    });
    const runner = await start([handler]);
    await enqueueTasks(database.pool, [{ task: 'fail', payload: { a: 1 }, maxAttempts: 3 }]);
    const [dead] = await until('a dead letter', async () => {
      const dead = await deadTasks(database.pool);
      return dead.length > 0 && dead;
    });
    expect(dead).toMatchObject({ task: 'fail', payload: { a: 1 }, attempts: 3, error: 'Error: still away' });
    expect(runs.map((run) => run.attempt)).toEqual([1, 2, 3]);
    expect(new Set(runs.map((run) => run.idempotencyKey)).size).toBe(1);
    expect(new Set(runs.map((run) => run.enqueuedAt)).size).toBe(1);
    expect(runs[0]?.idempotencyKey.length).toBeLessThanOrEqual(255);
    const pauses = runs.slice(1).map((run, n) => run.at - (runs[n]?.at ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(250);
    expect(pauses[1]).toBeGreaterThanOrEqual(500);
    expect(await runner.status()).toMatchObject({ waiting: 0, running: 0, dead: 1 });
  });

  it('makes a dead letter at once of what cannot succeed, which can be replayed or discarded', async () => {
    let hopeless = true;
    const { runs, handler } = recorder('pay', () => {
      if (hopeless) throw new GiveUp('no such card');
    });
    handler.parse = (payload) => {
      if (JSON.stringify(payload) === '{}') throw new TypeError('no amount');
      return payload;
    };
    await start([handler]);
    await enqueueTasks(database.pool, [
      { task: 'pay', payload: { amount: 1 } },
      { task: 'pay', payload: {} },
    ]);
    const dead = await until('dead letters', async () => {
      const dead = await deadTasks(database.pool);
      return dead.length === 2 && dead;
    });
    expect(runs).toHaveLength(1);
    const unreadable = dead.find(({ error }) => error === 'TypeError: no amount');
    const refused = dead.find(({ error }) => error === 'GiveUp: no such card');
    expect(await discardTask(database.pool, unreadable?.id ?? '')).toBe(true);
    hopeless = false;
    expect(await replayTask(database.pool, refused?.id ?? '')).toBe(true);
    expect(await replayTask(database.pool, refused?.id ?? '')).toBe(false);
    await until('the replay', () => runs.length === 2);
    expect(runs[1]?.idempotencyKey).toBe(runs[0]?.idempotencyKey);
    expect(runs[1]?.enqueuedAt).toBe(runs[0]?.enqueuedAt);
    expect(await deadTasks(database.pool)).toEqual([]);
  });

  it('buries a job that carries no task', async () => {
    const { runs, handler } = recorder('note');
    await start([handler]);
    await database.pool.query(`select graphile_worker.add_job('note', '{"odd": 1}', job_key => 'k')`);
    const [dead] = await until('a dead letter', async () => {
      const dead = await deadTasks(database.pool);
      return dead.length > 0 && dead;
    });
    expect(dead).toMatchObject({
      task: 'note',
      payload: { odd: 1 },
      error: 'Error: The job carries no task',
    });
    expect(runs).toEqual([]);
  });

  it('waits as long as the other side asked', async () => {
    const { runs, handler } = recorder('slow-down', ({ attempt }) => {
      if (attempt === 1) throw new RetryAfter(2, 'too many');
    });
    await start([handler]);
    await enqueueTasks(database.pool, [{ task: 'slow-down', payload: {} }]);
    await until('the second run', () => runs.length === 2);
    const pause = (runs[1]?.at ?? 0) - (runs[0]?.at ?? 0);
    expect(pause).toBeGreaterThanOrEqual(2_000);
    expect(pause).toBeLessThan(2_700);
  });

  it('S2-CB-01 calls nothing while the breaker is open, without using up attempts', async () => {
    let up = false;
    const { runs, handler } = recorder('call', () => {
      if (!up) throw new Error('down');
    });
    handler.dependency = 'shaky';
    const shaky = { failures: 2, successes: 2, timeout: 1_000, reset: 3_000 };
    const runner = await start([handler], { breakers: { shaky } });
    await enqueueTasks(database.pool, [{ task: 'call', payload: {}, maxAttempts: 4 }]);
    await until('an open breaker', async () => (await runner.status()).breakers.shaky === 'open');
    await until('a put off task', async () => {
      const { rows } = await database.pool.query(
        `select 1 from graphile_worker._private_jobs where payload->>'error' = 'breaker open'`,
      );
      return rows.length > 0;
    });
    expect(runs.map((run) => run.attempt)).toEqual([1, 2]);
    up = true;
    await until('the third run', () => runs.length === 3);
    expect(runs[2]?.attempt).toBe(3);
    await until('a breaker on probation', async () => (await runner.status()).breakers.shaky === 'half-open');
    await enqueueTasks(database.pool, [{ task: 'call', payload: {} }]);
    await until('a closed breaker', async () => (await runner.status()).breakers.shaky === 'closed');
  });

  it('aborts the signal of a call that takes longer than its breaker allows', async () => {
    let reason: unknown;
    const { runs, handler } = recorder('hang', (run) => {
      if (run.attempt > 1) return;
      run.signal.addEventListener('abort', () => {
        reason = run.signal.reason;
      });
      return new Promise(() => {});
    });
    handler.dependency = 'deaf';
    await start([handler], { breakers: { deaf: { failures: 9, successes: 1, timeout: 200, reset: 1_000 } } });
    await enqueueTasks(database.pool, [{ task: 'hang', payload: {} }]);
    await until('the second run', () => runs.length === 2);
    expect(reason).toEqual(new Error('No end within 200 ms'));
  });

  it('gives an interrupted task back at once, its attempt unused, when the process stops', async () => {
    const first = recorder('long', () => new Promise(() => {}));
    const stopped = await start([first.handler], { drain: 50 });
    await enqueueTasks(database.pool, [{ task: 'long', payload: {} }]);
    await until('a run', () => first.runs.length === 1);
    await stopped.stop();
    expect(first.runs[0]?.signal.aborted).toBe(true);
    const second = recorder('long');
    await start([second.handler]);
    await until('the other run', () => second.runs.length === 1);
    expect(second.runs[0]?.attempt).toBe(1);
    expect(second.runs[0]?.idempotencyKey).toBe(first.runs[0]?.idempotencyKey);
  });
});
