import { deafPool, type TestDatabase, until } from '@dabba/testing';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenStore, openStore } from '../index.ts';
import { waitingFor } from '../spec/locks.ts';
import { proxyTo, type WireProxy } from '../spec/proxy.ts';
import { context, newShelf, produced, region, storeDatabase } from '../spec/shelf.ts';

let database: TestDatabase;
let proxy: WireProxy;
let pool: pg.Pool;
let store: OpenStore;
beforeEach(async () => {
  database = await storeDatabase('lost');
  await database.pool.query(`
    create table dabba.enqueued (task jsonb);
    create function dabba.enqueue_tasks(tasks jsonb) returns void language sql as
      $$ insert into dabba.enqueued select jsonb_array_elements(tasks) $$`);
  proxy = await proxyTo(database.url);
  pool = deafPool({ connectionString: proxy.url, max: 3 });
  store = await openStore({ pool, region });
  await store.execute(newShelf(), () => [produced()], context);
});
afterEach(async () => {
  await store.close();
  await pool.end();
  await proxy.close();
  await database.drop();
});

const enqueued = async () => (await database.pool.query('select from dabba.enqueued')).rowCount;

for (const lost of ['answer', 'question'] as const) {
  test(`E5 a batch whose ${lost} was lost takes effect once`, async () => {
    const refs = Array.from({ length: 5 }, newShelf);
    for (const round of [1, 2, 3]) {
      let decided = 0;
      const key = { principal: 'usr_1', route: 'POST /x', key: `${round}`, bodyHash: 'h' };
      const answers = await Promise.all(
        refs.map((ref, n) =>
          store.transact(
            [ref],
            (unit) => {
              unit.append(ref, [produced(), produced()]);
              unit.enqueue({ task: 'bill', payload: { n } });
              // Nothing is left to load; what goes over the wire next belongs to an append.
              if (++decided === refs.length) proxy.cut(lost);
              return n;
            },
            n === 1 ? { ...context, idempotency: key } : context,
          ),
        ),
      );
      expect(answers).toMatchObject(refs.map((_, n) => ({ refused: false, replayed: false, result: n })));
      for (const [n, ref] of refs.entries()) {
        expect(await store.load(ref)).toMatchObject({ version: 2 * round, state: { left: 2 * round } });
        const position = (await store.history(ref.id)).at(-1)?.meta.position;
        expect(answers[n]).toMatchObject({ position });
      }
      expect(await enqueued()).toBe(5 * round);
    }
  });

  test(`E5 a command of tasks alone whose ${lost} was lost enqueues them once`, async () => {
    const answer = await store.transact(
      [],
      (unit) => {
        unit.enqueue({ task: 'remind', payload: {} });
        proxy.cut(lost);
      },
      context,
    );
    expect(answer).toMatchObject({ refused: false, replayed: false });
    expect(await enqueued()).toBe(1);
  });
}

test('E5 a backend that is killed while it waits takes nothing with it and doubles nothing', async () => {
  const ref = newShelf();
  const holder = await database.pool.connect();
  await holder.query('begin; select pg_advisory_xact_lock(4919131752989213764)');
  const appended = store.execute(ref, () => [produced()], context);
  await until('the append waits', async () => (await waitingFor(database.pool, 'advisory')) === 1);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
  );
  await holder.query('rollback');
  holder.release();
  expect(await appended).toMatchObject({ result: { version: 1 } });
  expect(await store.history(ref.id)).toHaveLength(1);
});

test('a database that stays away is 503, not an error', async () => {
  const away = deafPool({ connectionString: proxy.url, max: 1 });
  const impatient = await openStore({ pool: away, region, patience: 50 });
  await proxy.close();
  expect(await impatient.execute(newShelf(), () => [produced()], context)).toMatchObject({
    refused: true,
    status: 503,
    code: 'store-unavailable',
  });
  await impatient.close();
  await away.end();
});
