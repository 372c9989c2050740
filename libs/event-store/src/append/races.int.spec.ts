import type { TestDatabase } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRefusal, type OpenStore } from '../index.ts';
import { context, newShelf, produced, sell, sold, storeDatabase, storeOn } from '../spec/shelf.ts';
import { removeAppendLock } from '../spec/without-lock.ts';

let database: TestDatabase;
let stores: OpenStore[];
beforeEach(async () => {
  database = await storeDatabase('races');
  stores = [await storeOn(database), await storeOn(database)];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

const storeOf = (n: number): OpenStore => {
  const store = stores[n % stores.length];
  if (!store) throw new Error('no store');
  return store;
};

async function versionsOf(stream: string): Promise<number[]> {
  const found = await database.pool.query<{ version: number }>(
    'select version from dabba.events where stream = $1 order by version',
    [stream],
  );
  return found.rows.map(({ version }) => version);
}

test('E2 E6 twenty buyers of ten meals in two processes are ten sales and ten refusals', async () => {
  for (let round = 0; round < 5; round++) {
    const ref = newShelf();
    await storeOf(0).execute(ref, () => Array.from({ length: 10 }, () => produced()), context);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => storeOf(n).execute(ref, sell(`cus_${n}`), context)),
    );
    const refused = answers.flatMap((answer) => (isRefusal(answer) ? [answer.code] : []));
    expect(refused).toEqual(Array.from({ length: 10 }, () => 'sold-out'));
    const { state, version } = await storeOf(0).load(ref);
    expect([state.left, version, new Set(state.sold).size]).toEqual([0, 20, 10]);
  }
});

test('E6 a command that loses every race is refused with busy and a time to come back', async () => {
  const ref = newShelf();
  const impatient = await storeOn(database, { retries: 1 });
  const loses = async () => {
    const overtaken: Promise<unknown>[] = [];
    const answer = await impatient.execute(
      ref,
      (_, version) => {
        // Another writer moves the row between this decision and its append.
        overtaken.push(
          database.pool.query('update dabba.streams set version = version + 1 where id = $1', [ref.id]),
        );
        return version > 100 ? [] : [produced()];
      },
      context,
    );
    await Promise.all(overtaken);
    return answer;
  };
  await impatient.execute(ref, () => [produced()], context);
  // The update runs on another connection and usually wins; once is enough to prove the answer.
  await expect.poll(loses).toMatchObject({ refused: true, status: 503, code: 'busy', retryAfter: 1 });
  await impatient.close();
});

test('E10 the version of the stream row guards alone, without unique (stream, version) and without the lock', async () => {
  await database.pool.query('alter table dabba.events drop constraint events_stream_version');
  await removeAppendLock(database.pool);
  const ref = newShelf();
  await storeOf(0).execute(ref, () => [produced()], context);
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => storeOf(n).execute(ref, () => [sold(`cus_${n}`)], context)),
  );
  const versions = await versionsOf(ref.id);
  expect(versions).toEqual(Array.from({ length: versions.length }, (_, n) => n + 1));
  expect((await storeOf(0).load(ref)).version).toBe(versions.length);
});
