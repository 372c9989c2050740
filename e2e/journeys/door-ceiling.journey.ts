import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@dabba/stack';
import { until } from '@dabba/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { type Doors, doorsOf } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

/** A Kafka of its own, since it is going to be frozen. */
const folder = mkdtempSync(join(tmpdir(), 'door-ceiling-'));
const shared = process.env.KAFKA_BROKERS;
const place = 'fr_sfo_04';
/** S0-INV-06: never later, in milliseconds. */
const ceiling = 5_000;
let stack: Stack;
let village: Village;
let doors: Doors;
let fridge: Fridge;

beforeAll(async () => {
  stack = await startStack({ dir: folder, ports: 'free', only: ['kafka'] });
  process.env.KAFKA_BROKERS = stack.kafkaBrokers.join(',');
  village = await openVillage({ SESSION_LIMIT: '100' });
  doors = doorsOf(village, place);
  fridge = village.fridge(place);
  fridge.reconnect();
  fridge.heartbeat(4);
  await doors.stocked(fridge, kitchenOf(village), 2);
}, 240_000);
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
  await stack?.stop();
  if (shared !== undefined) process.env.KAFKA_BROKERS = shared;
  rmSync(folder, { recursive: true, force: true });
});

/** Some doors asked for at once, by callers who wait for as long as they may. */
async function refusedAll(...queries: string[]): Promise<void> {
  // Signing in takes its time on a busy machine, and is not what is measured here.
  await village.as('cus_sfo_001').token();
  const asked = ['1', '2', '3'].map(async (door, index) => {
    const began = performance.now();
    const query = queries[index % queries.length] ?? '';
    const { status, body } = await doors.open('cus_sfo_001', door, query);
    return { took: performance.now() - began, status, code: body.code };
  });
  for (const { took, ...answer } of await Promise.all(asked)) {
    expect(answer).toEqual({ status: 504, code: 'fridge-did-not-answer' });
    expect(took).toBeLessThan(ceiling);
  }
}

/** None of those that were refused opens later. */
async function opensOnceMore(): Promise<void> {
  const refusedUntil = Date.now();
  // Others are asked for until one is answered: on a busy machine a door may open too late for its answer.
  const asked: number[] = [];
  fridge.onOpen(({ issued_at }) => {
    asked.push(Date.parse(issued_at));
    return {};
  });
  fridge.heartbeat(4);
  const { id } = await doors.opened('cus_sfo_002');
  await doors.settled('cus_sfo_002', id);
  expect(asked.filter((at) => at < refusedUntil)).toEqual([]);
  expect(asked).not.toEqual([]);
}

/** Everything that the service reads or writes of its streams waits, as long as `meanwhile` lasts. */
async function withDatabaseStalled(meanwhile: () => Promise<void>): Promise<void> {
  const url = new URL(process.env.DATABASE_URL ?? '');
  url.pathname = `/${village.env.KAFKA_PREFIX}dabba_meals`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query('begin');
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('dabba', 'public')`,
    );
    await client.query(
      `lock table ${tables.rows.map(({ name }) => name).join(', ')} in access exclusive mode`,
    );
    await meanwhile();
  } finally {
    await client.end();
  }
}

it.each([1, 5])('S0-INV-06 a fridge that does not answer is refused within its %i s', async (seconds) => {
  fridge.ignoring = true;
  await refusedAll(`?wait=${seconds}`);
  fridge.ignoring = false;
  await opensOnceMore();
});

it('S0-INV-06 with Kafka frozen everybody is refused in time, and opens nothing afterwards', async () => {
  const pid = stack.pid('kafka') ?? expect.fail('Kafka does not run');
  process.kill(pid, 'SIGSTOP');
  try {
    await refusedAll('?wait=5');
    await refusedAll('?wait=2');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await opensOnceMore();
});

it('S0-INV-06 with Postgres stalled everybody is refused in time, who waits for the door and who does not, and opens nothing afterwards', async () => {
  await withDatabaseStalled(() => refusedAll('', '?wait=5', '?wait=1'));
  await opensOnceMore();
});

it('S0-INV-06 with the bridge dead everybody is refused in time, and opens nothing afterwards', async () => {
  await village.bridge.stop();
  await refusedAll('?wait=5');
  await village.again('bridge');
  await until('it is back', () => fridge.connected, { within: 45_000 });
  await opensOnceMore();
});
