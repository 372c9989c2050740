import { testDatabase, until } from '@dabba/testing';
import { enqueueTasks, migrateTasks, startTasks } from './index.ts';

/** Prints how fast tasks are enqueued, picked up and worked off; `node --import tsx libs/tasks/src/tasks.bench.ts`. */
const database = await testDatabase('bench');
try {
  await migrateTasks(database.pool);
  let run = (_payload: unknown): void => {};
  const runner = await startTasks({
    connectionString: database.url,
    log: { debug() {}, warn: console.warn, error: console.error },
    handlers: [{ name: 'note', parse: (payload) => payload, run: async (payload) => run(payload) }],
  });

  const waits: number[] = [];
  for (let n = 0; n < 200; n++) {
    const began = performance.now();
    const ran = new Promise<void>((resolve) => {
      run = () => resolve();
    });
    await enqueueTasks(database.pool, [{ task: 'note', payload: {} }]);
    await ran;
    waits.push(performance.now() - began);
  }
  waits.sort((a, b) => a - b);
  console.log(
    `enqueue to run, one at a time: p50 ${waits[100]?.toFixed(1)} ms, p99 ${waits[198]?.toFixed(1)} ms`,
  );

  const total = 5_000;
  let done = 0;
  run = () => {
    done += 1;
  };
  const tasks = Array.from({ length: total }, (_, n) => ({ task: 'note', payload: { n } }));
  const began = performance.now();
  await enqueueTasks(database.pool, tasks);
  const enqueued = performance.now();
  await until('all tasks', () => done === total, { within: 60_000, every: 5 });
  const ended = performance.now();
  console.log(`${total} at once: enqueued in ${(enqueued - began).toFixed(0)} ms`);
  console.log(`worked off by 10 workers at ${((total / (ended - enqueued)) * 1000).toFixed(0)} a second`);

  const later = Date.now() + 3_600_000;
  await enqueueTasks(
    database.pool,
    Array.from({ length: 100_000 }, (_, n) => ({ task: 'note', payload: { n }, runAt: later })),
  );
  for (const statement of [
    'dabba.tasks_status()',
    'dabba.free_dead_workers(null)',
    'dabba.due_tasks(1500, 200)',
  ]) {
    const start = performance.now();
    await database.pool.query(`select * from ${statement}`);
    console.log(`${statement} with 100,000 timers waiting: ${(performance.now() - start).toFixed(1)} ms`);
  }
  await runner.stop();
} finally {
  await database.drop();
}
