import { type TestDatabase, until } from '@dabba/testing';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Conflict, type OpenStore } from './index.ts';
import {
  context,
  newShelf,
  produced,
  type Shelf,
  type ShelfEvent,
  sold,
  storeDatabase,
  storeOn,
} from './spec/shelf.ts';
import type { ReactionUnit, StreamRef } from './types.ts';

let database: TestDatabase;
let store: OpenStore;
let other: OpenStore;
beforeAll(async () => {
  database = await storeDatabase('reaction');
  await database.pool.query('create table checkpoint (n integer)');
  [store, other] = await Promise.all([storeOn(database), storeOn(database)]);
});
afterAll(async () => {
  await Promise.all([store.close(), other.close()]);
  await database.drop();
});

async function within(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const react = (on: OpenStore, ref: StreamRef<Shelf, ShelfEvent>, work: (unit: ReactionUnit) => void) =>
  on.unit([ref], context, async (unit) => {
    work(unit);
    await within(async (client) => {
      await client.query('insert into checkpoint values (1)');
      await unit.commitTo(client);
    });
  });

const checkpoints = async () => (await database.pool.query('select from checkpoint')).rowCount;

test("E9 events, state and the caller's rows are committed together, each event with its own cause", async () => {
  const ref = newShelf();
  await react(store, ref, (unit) => {
    unit.because({ actor: 'system', now: 5, causationId: 'first' });
    unit.append(ref, [produced()]);
    unit.because({ actor: 'system', now: 6, causationId: 'second' });
    unit.append(ref, [sold()]);
    expect(unit.load(ref)).toMatchObject({ version: 2, state: { left: 0 } });
  });
  expect((await store.history(ref.id)).map(({ meta }) => [meta.causationId, meta.time])).toEqual([
    ['first', 5],
    ['second', 6],
  ]);
  expect((await store.load(ref)).version).toBe(2);
  expect(await checkpoints()).toBe(1);
});

test('E9 a lost race throws Conflict and leaves nothing; decided again it succeeds', async () => {
  const ref = newShelf();
  const before = await checkpoints();
  let overtaken = false;
  const attempt = () =>
    store.unit([ref], context, async (unit) => {
      if (!overtaken) {
        overtaken = true;
        await other.execute(ref, () => [produced()], context);
      }
      unit.append(ref, [sold('reaction')]);
      await within(async (client) => {
        await client.query('insert into checkpoint values (2)');
        await unit.commitTo(client);
      });
    });
  await expect(attempt()).rejects.toThrow(Conflict);
  expect([await checkpoints(), (await store.load(ref)).version]).toEqual([before, 1]);
  await attempt();
  expect((await store.load(ref)).state).toEqual({ left: 0, sold: ['reaction'] });
});

test('E9 commands and reactions of one process queue for a stream and never race', async () => {
  const ref = newShelf();
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      n % 2
        ? react(store, ref, (unit) => void unit.append(ref, [produced()]))
        : store.execute(ref, () => [produced()], context),
    ),
  );
  expect((await store.load(ref)).version).toBe(40);
});

test('E9 a command waits until the reaction that holds its stream is done', async () => {
  const ref = newShelf();
  let command: Promise<unknown> = Promise.resolve();
  const seen: number[] = [];
  await store.unit([ref], context, async (unit) => {
    command = store.execute(
      ref,
      (_, version) => {
        seen.push(version);
        return [produced()];
      },
      context,
    );
    await store.execute(newShelf(), () => [produced()], context);
    expect(seen).toEqual([]);
    unit.append(ref, [produced()]);
    await within((client) => unit.commitTo(client));
  });
  await command;
  expect(seen).toEqual([1]);
});

test('tasks are enqueued with the events or not at all', async () => {
  await database.pool.query(`
    create table if not exists dabba.enqueued (task jsonb);
    create function dabba.enqueue_tasks(tasks jsonb) returns void language sql as
      $$ insert into dabba.enqueued select jsonb_array_elements(tasks) $$`);
  const ref = newShelf();
  const bill = { task: 'bill', payload: { meal: 'm1' }, key: 'bill-m1', runAt: 7 };
  await store.transact(
    [ref],
    (unit) => {
      unit.append(ref, [produced()]);
      unit.enqueue(bill);
    },
    context,
  );
  await expect(
    react(store, ref, (unit) => {
      unit.enqueue({ task: 'never', payload: {} });
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  const { rows } = await database.pool.query('select task from dabba.enqueued');
  expect(rows).toEqual([{ task: bill }]);
});

test('closing waits for what is in flight and refuses what comes after', async () => {
  const third = await storeOn(database);
  const ref = newShelf();
  const running = third.execute(ref, () => [produced()], context);
  await third.close();
  expect(await running).toMatchObject({ refused: false });
  expect(await third.execute(ref, () => [produced()], context)).toMatchObject({ status: 503 });
  await until('committed', async () => (await store.load(ref)).version === 1);
});
