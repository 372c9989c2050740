import { type Kafka, PublishFailed } from '@dabba/kafka';
import { type TestDatabase, until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenStore, type Relay, startRelay } from '../index.ts';
import { scrambled, type TestLog, testLog, topics } from '../spec/log-of.ts';
import { context, newShelf, produced, storeDatabase, storeOn } from '../spec/shelf.ts';

let database: TestDatabase;
let store: OpenStore;
let log: TestLog;
const relays: Relay[] = [];
beforeEach(async () => {
  [database, log] = await Promise.all([storeDatabase('failures'), testLog()]);
  store = await storeOn(database);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await store.close();
  await log.close();
  await database.drop();
});

async function append(count: number): Promise<number> {
  const appended = await Promise.all(
    Array.from({ length: count }, () => store.execute(newShelf(), () => [produced()], context)),
  );
  return Math.max(...appended.map((one) => (one.refused ? 0 : (one.position ?? 0))));
}

async function start(kafka: Kafka): Promise<Relay> {
  const relay = await startRelay({ pool: database.pool, store, kafka, registry: log.registry, topics });
  relays.push(relay);
  return relay;
}

const reaches = (relay: Relay, position: number) =>
  until('all is relayed', () => relay.status().cursor >= position && relay.status().depth === 0);

/** Ids in the order they first appeared on each partition. */
async function firstAppearances() {
  const seen = new Set<string>();
  return (await log.records()).filter(({ headers }) => {
    const id = headers.ce_id ?? '';
    return !seen.has(id) && seen.add(id);
  });
}

/** A Kafka whose sends fail now and then, half of their records written. */
function failing(kafka: Kafka, fails: (send: number) => boolean): Kafka {
  let send = 0;
  return {
    ...kafka,
    publisher: () => {
      const publisher = kafka.publisher();
      return {
        close: () => publisher.close(),
        async publish(records) {
          if (!fails(send++)) return publisher.publish(records);
          await publisher.publish(records.filter((_, n) => n % 2 === 0));
          throw new PublishFailed('half of it');
        },
      };
    },
  };
}

test('K2 K3 after failed sends everything is there, first appearances ascending', async () => {
  const relay = await start(failing(log.kafka, (send) => send % 2 === 0));
  let last = 0;
  for (let round = 0; round < 3; round++) last = await append(40);
  await reaches(relay, last);
  const first = await firstAppearances();
  expect(first).toHaveLength(120);
  expect((await log.records()).length).toBeGreaterThan(120);
});

/** Cuts the leader off, as a network would. */
async function cutLeader(): Promise<void> {
  const killed = await database.pool.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and d.datname = current_database() and l.granted
        and l.objid = hashtext('dabba relay')::bit(32)::bigint`,
  );
  expect(killed.rowCount).toBe(1);
}

test('K5 a leader that was cut off during a send moves no cursor afterwards', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let sending = false;
  const old = await start({
    ...log.kafka,
    publisher: () => ({
      async publish() {
        sending = true;
        await gate;
      },
      close: async () => {},
    }),
  });
  await append(10);
  await until('the old leader sends', () => sending);
  const other = await storeOn(database);
  const next = await startRelay({
    pool: database.pool,
    store: other,
    kafka: log.kafka,
    registry: log.registry,
    topics,
  });
  relays.push(next);
  await cutLeader();
  await until('another leads', () => next.status().leader);
  const last = await append(10);
  const stored = async () => {
    const { rows } = await database.pool.query<{ position: string }>(
      'select position from dabba.relay_cursor',
    );
    return Number(rows[0]?.position);
  };
  await until('its cursor is stored', async () => (await stored()) === last);
  open();
  await old.stop();
  expect(await stored()).toBe(last);
  expect(await firstAppearances()).toHaveLength(20);
  await other.close();
});

test('a standby takes over within seconds from a leader killed with -9', async () => {
  const leader = await log.relayProcess(database);
  const standby = await start(log.kafka);
  const before = await append(20);
  await until('the leader relays', async () => standby.status().cursor >= before);
  expect(standby.status().leader).toBe(false);
  const died = performance.now();
  leader.kill('SIGKILL');
  await reaches(standby, await append(20));
  expect(standby.status().leader).toBe(true);
  expect(performance.now() - died).toBeLessThan(5000);
  const first = await firstAppearances();
  expect(first).toHaveLength(40);
  expect(scrambled(first)).toEqual([]);
});

test('K6 while Kafka is away the store serves, and all is sent when it is back', async () => {
  let away = true;
  const gone = async () => {
    throw new Error('Kafka is away');
  };
  const relay = await start({
    ...log.kafka,
    lastRecords: (topic, mine) => (away ? gone() : log.kafka.lastRecords(topic, mine)),
  });
  const last = await append(10);
  await until('the relay says why', () => relay.status().lastError === 'Kafka is away');
  await until('the depth shows', () => relay.status().depth === 10);
  away = false;
  await reaches(relay, last);
  expect(relay.status().lastError).toBeUndefined();
  expect(await firstAppearances()).toHaveLength(10);
});
