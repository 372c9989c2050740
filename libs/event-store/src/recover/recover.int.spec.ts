import type { IncomingRecord } from '@dabba/kafka';
import { deafPool, type TestDatabase, until } from '@dabba/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  migrateStore,
  type OpenStore,
  openStore,
  type Relay,
  recoverStore,
  StoreDiverged,
} from '../index.ts';
import { type TestLog, testLog, topics } from '../spec/log-of.ts';
import { context, produced, region, shelfAt, sold, storeDatabase, storeOn } from '../spec/shelf.ts';

let database: TestDatabase;
let log: TestLog;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  [database, log] = await Promise.all([storeDatabase('recover'), testLog()]);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await log.close();
  await database.drop();
});

interface Running {
  store: OpenStore;
  relay: Relay;
  pool: pg.Pool;
  stop(): Promise<void>;
}

async function run(pool: pg.Pool): Promise<Running> {
  const store = await openStore({ pool, region });
  const relay = await log.relay({ ...database, pool }, store);
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await relay.stop();
    await store.close();
  };
  closing.push(stop);
  return { store, relay, pool, stop };
}

const fill = (store: OpenStore, shelves: readonly number[], round: number) =>
  Promise.all(
    shelves.map((n) =>
      store.execute(
        shelfAt(`shelf_${n}`),
        () => (round === 0 ? [produced(), produced()] : [sold(`r${round}`)]),
        context,
      ),
    ),
  );

const relayed = ({ relay, pool }: Running) =>
  until('all is on Kafka', async () => {
    const { rows } = await pool.query<{ head: string }>('select max(position) as head from dabba.events');
    return relay.status().leader && relay.status().cursor >= Number(rows[0]?.head);
  });

/** What a backup holds: everything of the schema `dabba`, put back as it was then. */
async function backup(pool: pg.Pool): Promise<() => Promise<void>> {
  const tables = ['streams', 'events', 'relay_cursor', 'idempotency', 'schemas'];
  for (const table of tables) await pool.query(`create table public.${table} as table dabba.${table}`);
  const { rows } = await pool.query<{ last_value: string }>('select last_value from dabba.position');
  return async () => {
    for (const table of tables)
      await pool.query(`truncate dabba.${table}; insert into dabba.${table} table public.${table}`);
    await pool.query("select setval('dabba.position', $1)", [rows[0]?.last_value]);
  };
}

const idsOf = (records: readonly IncomingRecord[]) => records.map(({ headers }) => headers.ce_id);

test('K6 a store that lost its last events refuses commands until it has them back', async () => {
  const all = [1, 2, 3, 4, 5, 6];
  const before = await run(database.pool);
  await fill(before.store, [1, 2, 3], 0);
  await relayed(before);
  const restore = await backup(database.pool);
  await fill(before.store, [1, 3], 1);
  await fill(before.store, [4, 5, 6], 0);
  await relayed(before);
  const histories = await Promise.all(all.map((n) => before.store.history(`shelf_${n}`)));
  const states = await Promise.all(all.map((n) => before.store.load(shelfAt(`shelf_${n}`))));
  await before.stop();
  await restore();

  const after = await run(database.pool);
  await until('the relay stands still', () => after.relay.status().recover);
  const refused = await after.store.execute(shelfAt('shelf_9'), () => [produced()], context);
  expect(refused).toMatchObject({ refused: true, status: 503, code: 'store-behind-kafka', retryAfter: 30 });

  const { pool } = after;
  const seen: number[] = [];
  const report = await recoverStore({ ...log, pool, topics }, (imported) => seen.push(imported));
  expect(report).toMatchObject({ imported: 8 });
  expect(seen.at(-1)).toBe(8);
  await until('commands work again', () => after.relay.status().recover === undefined);
  expect(await Promise.all(all.map((n) => after.store.history(`shelf_${n}`)))).toEqual(histories);
  expect(await Promise.all(all.map((n) => after.store.load(shelfAt(`shelf_${n}`))))).toEqual(states);

  const next = await after.store.execute(shelfAt('shelf_4'), () => [sold()], context);
  expect(next).toMatchObject({ position: report.position + 1, result: { version: 3, state: { left: 1 } } });
  await relayed(after);
  const records = await log.records();
  expect(new Set(idsOf(records)).size).toBe(records.length);
  expect(records).toHaveLength(15);
  expect(await recoverStore({ ...log, pool, topics })).toMatchObject({ imported: 0 });
});

test('K6 events decided after the restore, before Kafka was reached, keep their order behind the recovered ones', async () => {
  const before = await run(database.pool);
  await fill(before.store, [1, 2], 0);
  await relayed(before);
  const restore = await backup(database.pool);
  await fill(before.store, [3, 4], 0);
  await relayed(before);
  await before.stop();
  await restore();

  const alone = await storeOn(database);
  await fill(alone, [5, 6], 0);
  await fill(alone, [5, 6], 1);
  await alone.close();
  expect(await recoverStore({ ...log, pool: database.pool, topics })).toMatchObject({ imported: 4 });
  const after = await run(database.pool);
  await relayed(after);
  expect(after.relay.status().recover).toBeUndefined();
  const onKafka = await log.records();
  expect(onKafka).toHaveLength(14);
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const history = await after.store.history(`shelf_${n}`);
    const records = onKafka.filter(({ key }) => key === `shelf_${n}`);
    expect(idsOf(records)).toEqual(history.map(({ meta }) => meta.id));
    expect(records.map(({ headers }) => Number(headers.position))).toEqual(
      history.map(({ meta }) => meta.position),
    );
  }
});

test('K6 a stream that was decided on in two ways is not recovered silently', async () => {
  const before = await run(database.pool);
  await fill(before.store, [1], 0);
  await relayed(before);
  const restore = await backup(database.pool);
  await fill(before.store, [1], 1);
  await relayed(before);
  await before.stop();
  await restore();
  const alone = await storeOn(database);
  await fill(alone, [1], 2);
  await alone.close();
  await expect(recoverStore({ ...log, pool: database.pool, topics })).rejects.toThrow(StoreDiverged);
});

test('K6 a clone is another source and sends nothing again that its original has sent', async () => {
  const original = await run(database.pool);
  await fill(original.store, [1, 2, 3], 0);
  await relayed(original);
  await original.stop();
  const name = `${database.name}_clone`;
  const maintenance = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await maintenance.connect();
  await database.db.destroy();
  await database.pool.end();
  await maintenance.query(`create database ${name} template ${database.name}`);
  const address = new URL(database.url);
  address.pathname = `/${name}`;
  const pool = deafPool({ connectionString: address.href });
  closing.push(async () => {
    await pool.end();
    for (const one of [name, database.name]) await maintenance.query(`drop database ${one} with (force)`);
    await maintenance.end();
  });
  // As if the copy had been taken before the relay stored its cursor.
  await pool.query('update dabba.relay_cursor set position = 0');
  const clone = await run(pool);
  expect(clone.store.source).not.toBe(original.store.source);
  expect(clone.store.previousSources).toEqual([original.store.source]);
  await fill(clone.store, [1, 2, 3], 1);
  await relayed(clone);
  const records = await log.records();
  expect(records).toHaveLength(9);
  expect(new Set(idsOf(records)).size).toBe(9);
  database = { ...database, drop: async () => {} };
});

test('K6 an emptied database is another source', async () => {
  const first = await storeOn(database);
  await first.close();
  await database.pool.query('drop schema dabba cascade');
  await migrateStore(database.pool);
  const second = await storeOn(database);
  expect(second.source).not.toBe(first.source);
  const third = await storeOn(database);
  expect(third.source).toBe(second.source);
  await Promise.all([second.close(), third.close()]);
});
