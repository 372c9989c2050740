import { type TestDatabase, testDatabase, until } from '@dabba/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  enqueueTasks,
  migrateTasks,
  startTasks,
  type TaskHandler,
  type TaskRun,
  type TaskRunner,
} from './index.ts';
import { startWorkerProcess, type WorkerProcess } from './spec/process.ts';

let database: TestDatabase;
let runners: TaskRunner[] = [];
let workers: WorkerProcess[] = [];

beforeEach(async () => {
  database = await testDatabase('takeover');
  await migrateTasks(database.pool);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  workers = [];
  await database.drop();
});

async function start(handler: TaskHandler): Promise<TaskRunner> {
  const runner = await startTasks({ connectionString: database.url, handlers: [handler], drain: 50 });
  runners.push(runner);
  return runner;
}

function launch(): WorkerProcess {
  const worker = startWorkerProcess(database.url);
  workers.push(worker);
  return worker;
}

function collecting(name: string): { runs: TaskRun[]; handler: TaskHandler } {
  const runs: TaskRun[] = [];
  const handler: TaskHandler = {
    name,
    parse: (payload) => payload,
    async run(_payload, run) {
      runs.push(run);
    },
  };
  return { runs, handler };
}

it('T1 holds no transaction open while a task runs', async () => {
  let transactions: number | undefined;
  await start({
    name: 'look',
    parse: (payload) => payload,
    async run() {
      transactions = await until('no open transaction', async () => {
        const { rowCount } = await database.pool.query(
          `select 1 from pg_stat_activity
           where datname = current_database() and backend_type = 'client backend'
             and xact_start is not null and pid <> pg_backend_pid()`,
        );
        return rowCount === 0 ? 0 : undefined;
      });
    },
  });
  await enqueueTasks(database.pool, [{ task: 'look', payload: {} }]);
  expect(await until('the run', () => transactions)).toBe(0);
});

it('T1 gives the task of a killed worker to another within seconds, under the same key', async () => {
  const worker = launch();
  await worker.reaches('started');
  await enqueueTasks(database.pool, [{ task: 'hang', payload: {} }]);
  const first = await worker.reaches('run');
  const { runs, handler } = collecting('hang');
  await start(handler);
  await worker.kill();
  const killed = Date.now();
  await until('the takeover', () => runs.length === 1, { within: 10_000 });
  expect(Date.now() - killed).toBeLessThan(5_000);
  expect(runs[0]).toMatchObject({ idempotencyKey: first.idempotencyKey, attempt: 2 });
});

it('T1 never takes a task from a worker that lives, however long it runs', async () => {
  const worker = launch();
  await worker.reaches('started');
  await enqueueTasks(database.pool, [{ task: 'hang', payload: {} }]);
  await worker.reaches('run');
  const { runs, handler } = collecting('hang');
  const runner = await start(handler);
  await database.pool.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`);
  for (let look = 0; look < 20; look++) {
    const { rows } = await database.pool.query('select dabba.free_dead_workers(null) as dead');
    expect(rows).toEqual([{ dead: 0 }]);
  }
  expect(runs).toEqual([]);
  expect(await runner.status()).toMatchObject({ waiting: 0, running: 1 });
});

it('what was fetched and finds no worker for a while is given back unused, for another process to take', async () => {
  const [own, others] = [collecting('note'), collecting('note')];
  const hang: TaskHandler = { name: 'hang', parse: (payload) => payload, run: () => new Promise(() => {}) };
  const handlers = [hang, own.handler];
  runners.push(await startTasks({ connectionString: database.url, handlers, concurrency: 2, drain: 50 }));
  const tasks = ['hang', 'hang', 'note', 'note'].map((task) => ({ task, payload: {} }));
  await enqueueTasks(database.pool, tasks);
  await until('all to be fetched', async () => {
    const { rowCount } = await database.pool.query(
      'select from graphile_worker._private_jobs where locked_by is not null',
    );
    return rowCount === 4;
  });
  await start(others.handler);
  await until('the other process to do them', () => others.runs.length === 2, { within: 10_000 });
  expect(others.runs.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(own.runs).toEqual([]);
});

it('T1 a worker that looks for dead ones does not take its own task for a dead one', async () => {
  const runs: unknown[] = [];
  await start({
    name: 'note',
    parse: (payload) => payload,
    async run(payload) {
      runs.push(payload);
      if (JSON.stringify(payload) === '{"own":true}') await new Promise(() => {});
    },
  });
  await enqueueTasks(database.pool, [{ task: 'note', payload: { own: true } }]);
  await until('its own task', () => runs.length === 1);
  // That a dead worker's task runs shows that it has looked.
  for (const look of [1, 2]) {
    const client = await database.pool.connect();
    await client.query('begin');
    await enqueueTasks(client, [{ task: 'note', payload: { look } }]);
    await client.query(
      `update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now() where locked_by is null`,
    );
    await client.query('commit');
    client.release();
    await until('a look', () => runs.length > look);
  }
  expect(runs).toEqual([{ own: true }, { look: 1 }, { look: 2 }]);
});

it('T1 a worker that loses its lock drops its task and begins anew', async () => {
  const runs: TaskRun[] = [];
  await start({
    name: 'hold',
    parse: (payload) => payload,
    async run(_payload, run) {
      runs.push(run);
      if (runs.length === 1) await new Promise(() => {});
    },
  });
  await enqueueTasks(database.pool, [{ task: 'hold', payload: {} }]);
  await until('the first run', () => runs.length === 1);
  const { rowCount } = await database.pool.query(
    `select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
     where locktype = 'advisory' and datname = current_database()`,
  );
  expect(rowCount).toBe(1);
  await until('the second run', () => runs.length === 2);
  expect(runs[0]?.signal.aborted).toBe(true);
  await enqueueTasks(database.pool, [{ task: 'hold', payload: {} }]);
  await until('a new task', () => runs.length === 3);
});

it('T1 what a worker says of a task that is no longer its own counts for nothing', async () => {
  await enqueueTasks(database.pool, [{ task: 'lost', payload: {} }]);
  const job = `update graphile_worker._private_jobs set locked_by = 'pool-new', locked_at = now() returning id`;
  const { rows } = await database.pool.query(job);
  const retried = await database.pool.query(`select dabba.retry_task($1, 'pool-old', 1, 0, 'late') as ok`, [
    rows[0].id,
  ]);
  const buried = await database.pool.query(`select dabba.bury_task($1, 'pool-old', 1, 'late') as ok`, [
    rows[0].id,
  ]);
  expect([retried.rows, buried.rows]).toEqual([[{ ok: false }], [{ ok: false }]]);
  const { rows: jobs } = await database.pool.query('select locked_by from graphile_worker.jobs');
  expect(jobs).toEqual([{ locked_by: 'pool-new' }]);
});

it('T1 a worker that dies after putting its task back leaves one task', async () => {
  await enqueueTasks(database.pool, [{ task: 'once', payload: {} }]);
  const { rows } = await database.pool.query(
    `update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = 1 returning id`,
  );
  await database.pool.query(`select dabba.retry_task($1, 'pool-dead', 1, 0, 'away')`, [rows[0].id]);
  const { runs, handler } = collecting('once');
  const runner = await start(handler);
  await until('nothing left', async () => {
    const { waiting, running } = await runner.status();
    const { rowCount } = await database.pool.query('select 1 from graphile_worker.jobs');
    return waiting + running + (rowCount ?? 0) === 0;
  });
  expect(runs.map((run) => run.attempt)).toEqual([2]);
});

it('T1 workers that give up by themselves are replaced at once, whatever still runs among them', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 4, connectionTimeoutMillis: 1_000 });
  pool.on('error', () => {});
  const logged: string[] = [];
  const note = (_details: object, message: string) => void logged.push(message);
  let held: pg.PoolClient[] = [];
  let runs = 0;
  const endless: TaskHandler = {
    name: 'endless',
    parse: (payload) => payload,
    run: (_payload, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const greedy: TaskHandler = {
    name: 'greedy',
    parse: (payload) => payload,
    async run() {
      runs += 1;
      if (runs > 1) return;
      // All that LISTEN leaves: the end of this very task cannot be stored.
      held = await Promise.all([1, 2, 3].map(() => pool.connect()));
    },
  };
  runners.push(
    await startTasks({
      pool,
      handlers: [endless, greedy],
      concurrency: 2,
      drain: 50,
      log: { debug() {}, warn: note, error: note },
    }),
  );
  try {
    await enqueueTasks(pool, [{ task: 'endless', payload: {} }]);
    await enqueueTasks(pool, [{ task: 'greedy', payload: {} }]);
    await until('the end cannot be stored', () =>
      logged.some((line) => line.startsWith('Failed to complete jobs')),
    );
    for (const client of held) client.release();
    held = [];
    await enqueueTasks(pool, [{ task: 'greedy', payload: {} }]);
    await until('the task whose end was lost, and the next', () => runs >= 3, { within: 20_000 });
  } finally {
    for (const client of held) client.release();
    await Promise.all(runners.map((runner) => runner.stop()));
    runners = [];
    await pool.end();
  }
});

it('T1 outlives a server that drops all its connections', async () => {
  const { runs, handler } = collecting('note');
  const runner = await start(handler);
  await enqueueTasks(database.pool, [{ task: 'note', payload: {} }]);
  await until('the first run', () => runs.length === 1);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await enqueueTasks(database.pool, [{ task: 'note', payload: {} }]);
  await until('the second run', () => runs.length === 2);
  await until('nothing left', async () => {
    const { waiting, running } = await runner.status();
    return waiting + running === 0;
  });
});
