import { loadRegion } from '@dabba/contracts';
import { migrateStore, type OpenStore, openStore } from '@dabba/event-store';
import { type TestDatabase, testDatabase, until } from '@dabba/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { enqueueTasks, migrateTasks, startTasks, type TaskHandler, type TaskRunner } from './index.ts';
import { startWorkerProcess, type WorkerProcess } from './spec/process.ts';
import { type Provider, startProvider } from './spec/provider.ts';
import { day, noticeHandler, requestUnlock, unlockHandler } from './spec/unlock.ts';

const fridgeId = 'fri_1';
let database: TestDatabase;
let store: OpenStore;
let provider: Provider;
let runners: TaskRunner[] = [];
let killed: WorkerProcess | undefined;

beforeEach(async () => {
  database = await testDatabase('effects');
  await migrateStore(database.pool);
  await migrateTasks(database.pool);
  store = await openStore({ pool: database.pool, region: loadRegion({}) });
  provider = await startProvider();
});
afterEach(async () => {
  await killed?.kill();
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  killed = undefined;
  await store.close();
  await provider.stop();
  await database.drop();
});

async function start(...handlers: TaskHandler[]): Promise<void> {
  runners.push(await startTasks({ connectionString: database.url, handlers, drain: 50 }));
}

async function history(): Promise<string[]> {
  const events = await store.history(fridgeId);
  return events.map(({ type }) => type);
}

async function quiet(): Promise<void> {
  await until('no task left', async () => {
    const { rowCount } = await database.pool.query('select 1 from graphile_worker.jobs');
    return rowCount === 0;
  });
}

const notice = (id: string) => ({ task: 'unlock-notice', payload: { fridgeId, reference: id } });
const once = ['FridgeCommandIssued', 'FridgeCommandConfirmed'];

it('T2 a webhook that comes before the answer of our own call leaves one outcome', async () => {
  const answers = provider.hold();
  await start(
    unlockHandler({ store, provider: provider.url }),
    noticeHandler({ store, provider: provider.url }),
  );
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  await until('the call', () => provider.unlockings.length === 1);
  await enqueueTasks(database.pool, [notice('ul_1')]);
  await until('the outcome', async () => (await history()).length === 2);
  answers.release();
  await quiet();
  expect(await history()).toEqual(once);
  expect(provider.calls).toBe(1);
});

it('T2 webhooks that come twice and in the wrong order leave one outcome', async () => {
  await start(
    unlockHandler({ store, provider: provider.url }),
    noticeHandler({ store, provider: provider.url }),
  );
  const answers = provider.hold();
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  const [unlocking] = await until('the call', () => provider.unlockings.length === 1 && provider.unlockings);
  // "done" overtakes "pending": what they say is ignored, what is fetched counts.
  await enqueueTasks(database.pool, [notice('ul_1'), notice('ul_1')]);
  await until('the outcome', async () => (await history()).length === 2);
  if (unlocking) unlocking.status = 'pending';
  await enqueueTasks(database.pool, [notice('ul_1')]);
  answers.release();
  await quiet();
  expect(await history()).toEqual(once);
});

it('T2 a worker killed between call and record: the call is repeated under its key and recorded once', async () => {
  killed = startWorkerProcess(database.url, provider.url);
  await killed.reaches('started');
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  await killed.reaches('called');
  await killed.kill();
  expect(await history()).toEqual(['FridgeCommandIssued']);
  await start(unlockHandler({ store, provider: provider.url }));
  await quiet();
  expect(provider.calls).toBe(2);
  expect(provider.unlockings).toEqual([{ id: 'ul_1', reference: 'ref_1', status: 'done' }]);
  expect(await history()).toEqual(once);
});

it("T2 past the key's lifetime the outcome is looked up before anything is called", async () => {
  killed = startWorkerProcess(database.url, provider.url);
  await killed.reaches('started');
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  await killed.reaches('called');
  await killed.kill();
  provider.forgetKeys();
  await start(unlockHandler({ store, provider: provider.url, now: () => Date.now() + day }));
  await quiet();
  expect(provider.calls).toBe(1);
  expect(await history()).toEqual(once);
});

it("T2 past the key's lifetime what was never done is done", async () => {
  await start(unlockHandler({ store, provider: provider.url, now: () => Date.now() + day }));
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  await quiet();
  expect(provider.unlockings).toHaveLength(1);
  expect(await history()).toEqual(once);
});

it('T1 the late twin of a task that was taken over records nothing', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived = 0;
  let recorded = 0;
  const handler = unlockHandler({
    store,
    provider: provider.url,
    async beforeRecord() {
      arrived += 1;
      if (arrived === 1) await gate;
    },
  });
  const counting: typeof handler = {
    ...handler,
    async run(payload, run) {
      await handler.run(payload, run);
      recorded += 1;
    },
  };
  await start(counting);
  await requestUnlock(store, { fridgeId, reference: 'ref_1' });
  await until('the first answer', () => arrived === 1);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
     where locktype = 'advisory' and datname = current_database()`,
  );
  await quiet();
  // On a busy machine it is taken over more than once: it is run at least once, that is the promise.
  const before = recorded;
  expect(before).toBeGreaterThan(0);
  release();
  await until('the late twin', () => recorded === before + 1);
  expect(provider.unlockings).toHaveLength(1);
  expect(await history()).toEqual(once);
});
