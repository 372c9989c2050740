import { deafPool, type TestDatabase, until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../index.ts';
import { column } from '../postgres/columns.ts';
import { rows } from '../postgres/query.ts';
import { waitingFor } from '../spec/locks.ts';
import { context, newShelf, produced, region, storeDatabase } from '../spec/shelf.ts';
import { removeAppendLock } from '../spec/without-lock.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await storeDatabase('order');
});
afterEach(() => database.drop());

/** Three writers on connections of their own while a reader goes by position; how many events it never saw. */
async function skippedByAReader(milliseconds: number): Promise<{ written: number; skipped: number }> {
  const pools = [1, 2, 3].map(() => deafPool({ connectionString: database.url, max: 2 }));
  const stores = await Promise.all(pools.map((pool) => openStore({ pool, region })));
  const end = Date.now() + milliseconds;
  let writing = true;
  const write = async (store: (typeof stores)[number], size: number) => {
    while (Date.now() < end)
      await store.execute(newShelf(), () => Array.from({ length: size }, () => produced()), context);
  };
  const seen = new Set<number>();
  const read = async () => {
    let last = 0;
    for (let done = false; !done; ) {
      const lastLook = !writing;
      const found = await rows<{ position: number }>(database.pool, {
        text: 'select position from dabba.events where position > $1 order by position limit 5000',
        values: [last],
      });
      for (const { position } of found) seen.add(position);
      last = found.at(-1)?.position ?? last;
      done = lastLook && found.length === 0;
    }
  };
  const reading = read();
  await Promise.all(
    stores.flatMap((store) => Array.from({ length: 8 }, (_, n) => write(store, 1 + (n % 4)))),
  );
  writing = false;
  await reading;
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(pools.map((pool) => pool.end()));
  const { rows: all } = await database.pool.query<{ n: string }>('select count(*) as n from dabba.events');
  const written = Number(all[0]?.n);
  return { written, skipped: written - seen.size };
}

test('E1 a reader that goes by position skips nothing while three processes append', async () => {
  const { written, skipped } = await skippedByAReader(1500);
  expect(written).toBeGreaterThan(500);
  expect(skipped).toBe(0);
});

test('E1 without the lock the same reader does skip events', async () => {
  await removeAppendLock(database.pool);
  await until('events are skipped', async () => (await skippedByAReader(700)).skipped > 0);
});

test('E1 a slow transaction that appended first is read before a faster one', async () => {
  const store = await openStore({ pool: database.pool, region });
  await store.execute(newShelf(), () => [produced()], context);
  const slow = await database.pool.connect();
  const [first, second] = [newShelf(), newShelf()];
  await slow.query('begin');
  let fast: Promise<unknown> = Promise.resolve();
  await store.unit([first], context, async (unit) => {
    unit.append(first, [produced()]);
    await unit.commitTo(slow);
    fast = store.execute(second, () => [produced()], context);
    await until('the faster one waits', async () => {
      return (await waitingFor(database.pool, 'advisory')) === 1;
    });
    await slow.query('commit');
  });
  slow.release();
  await fast;
  const order = await rows<{ stream: string }>(database.pool, {
    text: 'select stream from dabba.events where stream = any($1::text[]) order by position',
    values: [column.text([first.id, second.id])],
  });
  expect(order.map(({ stream }) => stream)).toEqual([first.id, second.id]);
  await store.close();
});
