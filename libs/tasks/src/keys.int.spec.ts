import { type TestDatabase, testDatabase, until } from '@dabba/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { enqueueTasks, migrateTasks, startTasks } from './index.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase('keys');
  await migrateTasks(database.pool);
});
afterEach(() => database.drop());

async function waiting(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select payload->'payload'->'n' as n from graphile_worker._private_jobs where is_available order by id`,
  );
  return rows.map(({ n }) => n);
}

const later = Date.now() + 3_600_000;
const numbered = (n: number, key?: string) => ({
  task: 'note',
  payload: { n },
  runAt: later,
  ...(key === undefined ? {} : { key }),
});

it('a task replaces the waiting one with its key, also within one batch', async () => {
  await enqueueTasks(database.pool, [numbered(1, 'k'), numbered(2), numbered(3, 'other')]);
  await enqueueTasks(database.pool, [numbered(4, 'k'), numbered(5), numbered(6, 'k')]);
  expect((await waiting()).toSorted()).toEqual([2, 3, 5, 6]);
});

it('what is asked for again and again is put off, but not for ever', async () => {
  const due = async () => {
    const { rows } = await database.pool.query<{ ms: number }>(
      `select extract(epoch from run_at - created_at)::float8 * 1000 as ms from graphile_worker._private_jobs`,
    );
    expect(rows).toHaveLength(1);
    return rows[0]?.ms ?? 0;
  };
  const again = (runAt: number) =>
    enqueueTasks(database.pool, [{ ...numbered(1, 'k'), runAt, within: 15_000 }]);
  await again(Date.now() + 2_000);
  expect(await due()).toBeLessThanOrEqual(2_000);
  await again(Date.now() + 9_000);
  expect(await due()).toBeGreaterThan(8_000);
  await again(Date.now() + 60_000);
  expect(await due()).toBe(15_000);
});

it('what is cancelled is not done, unless it is done already', async () => {
  const cancelled = (key: string) => ({ ...numbered(0, key), cancel: true }) as const;
  await enqueueTasks(database.pool, [numbered(1, 'k'), numbered(2, 'taken'), numbered(3)]);
  await database.pool.query(
    `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'somebody' where key = 'taken'`,
  );
  await enqueueTasks(database.pool, [cancelled('k'), cancelled('taken'), cancelled('never was')]);
  expect(await waiting()).toEqual([3]);
  const { rows } = await database.pool.query('select key from graphile_worker._private_jobs order by id');
  expect(rows[0]).toEqual({ key: 'taken' });
  await enqueueTasks(database.pool, [cancelled('k'), numbered(4, 'k'), cancelled('k'), numbered(5, 'k')]);
  expect(await waiting()).toEqual([3, 5]);
});

it('nobody is woken for what is due later than somebody looks ahead', async () => {
  const listener = await database.pool.connect();
  try {
    const told: string[] = [];
    listener.on('notification', ({ payload = '' }) => told.push(JSON.parse(payload).count));
    await listener.query('listen "jobs:insert"');
    await enqueueTasks(database.pool, [numbered(1)]);
    await enqueueTasks(database.pool, [numbered(2), { task: 'note', payload: { n: 3 } }]);
    await until('it is told of what is due now', () => told.length > 0);
    expect(told).toEqual([1]);
  } finally {
    listener.release(true);
  }
});

it('keeps the time of a timer to the millisecond', async () => {
  await enqueueTasks(database.pool, [numbered(1)]);
  const { rows } = await database.pool.query('select run_at from graphile_worker.jobs');
  expect(rows[0].run_at.getTime()).toBe(later);
});

it('a task is not lost when a worker takes the waiting one with its key at that very moment', async () => {
  await enqueueTasks(database.pool, [numbered(1, 'k')]);
  const worker = await database.pool.connect();
  try {
    await worker.query('begin');
    await worker.query(
      `update graphile_worker._private_jobs set locked_by = 'pool-a', locked_at = now(), attempts = 1`,
    );
    const enqueued = enqueueTasks(database.pool, [numbered(2, 'k')]);
    await until('the enqueueing to wait for the worker', async () => {
      const { rowCount } = await database.pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return (rowCount ?? 0) > 0;
    });
    await worker.query('commit');
    await enqueued;
  } finally {
    worker.release();
  }
  expect(await waiting()).toEqual([2]);
});

it('a run that was superseded while it ran is not put back', async () => {
  const seen: unknown[] = [];
  let fail = (_error: Error): void => {};
  const runner = await startTasks({
    connectionString: database.url,
    handlers: [
      {
        name: 'note',
        parse: (payload) => payload,
        async run(payload) {
          seen.push(payload);
          if (seen.length === 1)
            await new Promise((_resolve, reject) => {
              fail = reject;
            });
        },
      },
    ],
  });
  try {
    await enqueueTasks(database.pool, [{ task: 'note', payload: { n: 1 }, key: 'k' }]);
    await until('the first run', () => seen.length === 1);
    await enqueueTasks(database.pool, [{ task: 'note', payload: { n: 2 }, key: 'k' }]);
    await until('the second run', () => seen.length === 2);
    fail(new Error('late'));
    await until('nothing left', async () => {
      const { rowCount } = await database.pool.query('select 1 from graphile_worker.jobs');
      return rowCount === 0;
    });
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  } finally {
    await runner.stop();
  }
});
