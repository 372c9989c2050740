import type { TestDatabase } from '@dabba/testing';
import { deafPool } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventTooLarge, type OpenStore, openStore } from '../index.ts';
import type { LoadedStream } from '../load/loader.ts';
import { waitingFor } from '../spec/locks.ts';
import {
  context,
  newShelf,
  produced,
  region,
  type Shelf,
  type ShelfEvent,
  storeDatabase,
  storeOn,
} from '../spec/shelf.ts';
import type { StreamRef } from '../types.ts';
import { Unit } from '../unit.ts';
import { callAppend } from './call.ts';
import type { PreparedCommand } from './command.ts';

let database: TestDatabase;
let store: OpenStore;
beforeAll(async () => {
  database = await storeDatabase('batch');
  store = await storeOn(database);
  await store.execute(newShelf(), () => [produced()], context);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

type Ref = StreamRef<Shelf, ShelfEvent>;
const absent: LoadedStream = { row: undefined, events: undefined };

/** A command on new streams, adding to them in the order given. */
function command(refs: readonly Ref[], appends: readonly Ref[]): PreparedCommand {
  const unit = new Unit(
    region,
    refs.map((ref) => ({ ref, loaded: absent })),
    context,
  );
  for (const ref of appends) unit.append(ref, [produced()]);
  return unit.prepare();
}

async function idsByPosition(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>('select id from dabba.events order by position');
  return rows.map(({ id }) => id);
}

test('E3 events get ascending positions in the order they were appended, within and across commands', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (shapes) => {
        const commands = shapes.map((shape) => {
          const refs = [newShelf(), newShelf(), newShelf()];
          return command(
            refs,
            shape.map((n) => refs[n] ?? newShelf()),
          );
        });
        const results = await callAppend(database.pool, commands, false);
        const ids = commands.flatMap(({ events }) => events.map(({ id }) => id));
        expect((await idsByPosition()).slice(-ids.length)).toEqual(ids);
        expect(results.every(({ outcome }) => outcome === 'applied')).toBe(true);
      },
    ),
    { numRuns: 25 },
  );
});

test('E3 a command on several streams is applied only if all its versions match, and its neighbours are', async () => {
  const [taken, free, lone] = [newShelf(), newShelf(), newShelf()];
  await store.execute(taken, () => [produced()], context);
  const results = await callAppend(
    database.pool,
    [command([free, taken], [free, taken]), command([lone], [lone])],
    false,
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['conflict', 'applied']);
  expect((await store.load(free)).version).toBe(0);
  expect((await store.load(taken)).version).toBe(1);
  expect((await store.load(lone)).version).toBe(1);
});

test('E3 a stream that was only looked at has to be unchanged as well', async () => {
  const [seen, changed] = [newShelf(), newShelf()];
  await store.execute(seen, () => [produced()], context);
  const [result] = await callAppend(database.pool, [command([seen, changed], [changed])], false);
  expect(result).toEqual({ outcome: 'conflict' });
});

test('E3 many commands on one stream in one process all take effect', async () => {
  const ref = newShelf();
  await Promise.all(Array.from({ length: 50 }, () => store.execute(ref, () => [produced()], context)));
  expect(await store.load(ref)).toMatchObject({ version: 50, state: { left: 50 } });
});

test('E4 bad data in a batch fails alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { maxLength: 4 }), async (bad) => {
      const refs = Array.from({ length: 30 }, newShelf);
      const settled = await Promise.allSettled(
        refs.map((ref, n) =>
          store.execute(ref, () => [produced()], {
            ...context,
            actor: bad.includes(n) ? 'a\u0000b' : 'usr_1',
          }),
        ),
      );
      const failed = settled.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
      expect(failed).toEqual([...bad].sort((a, b) => a - b));
      const versions = await Promise.all(refs.map(async (ref) => (await store.load(ref)).version));
      expect(versions.flatMap((version, n) => (version === 1 ? [] : [n]))).toEqual(failed);
    }),
    { numRuns: 10 },
  );
});

test('E4 a deadlock is tried again', async () => {
  const ref = newShelf();
  await store.execute(ref, () => [produced()], context);
  // Postgres looks for a deadlock once, this long after the wait began: by then the intruder has to wait as well.
  const quick = deafPool({ connectionString: database.url, options: '-c deadlock_timeout=2s' });
  const victim = await openStore({ pool: quick, region });
  const intruder = await database.pool.connect();
  await intruder.query("begin; set local deadlock_timeout = '1min'");
  await intruder.query('select from dabba.streams where id = $1 for update', [ref.id]);
  const appended = victim.execute(ref, () => [produced()], context);
  await expect.poll(() => waitingFor(database.pool, 'transactionid')).toBe(1);
  await intruder.query('select pg_advisory_xact_lock(4919131752989213764)');
  await intruder.query('rollback');
  intruder.release();
  expect(await appended).toMatchObject({ result: { version: 2 } });
  await victim.close();
  await quick.end();
});

test('E8 an event over 512 KiB is refused, one below is not', async () => {
  const ref = newShelf();
  const kib = 'x'.repeat(1024);
  await expect(store.execute(ref, () => [produced('m', kib.repeat(512))], context)).rejects.toThrow(
    EventTooLarge,
  );
  expect((await store.load(ref)).version).toBe(0);
  expect(await store.execute(ref, () => [produced('m', kib.repeat(511))], context)).toMatchObject({
    refused: false,
  });
});
