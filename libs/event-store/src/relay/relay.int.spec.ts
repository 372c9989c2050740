import { readEvents } from '@dabba/kafka';
import { type TestDatabase, until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenStore, Relay } from '../index.ts';
import { scrambled, type TestLog, testLog } from '../spec/log-of.ts';
import { context, newShelf, produced, shelfAt, sold, storeDatabase, storeOn } from '../spec/shelf.ts';

let database: TestDatabase;
let store: OpenStore;
let other: OpenStore;
let log: TestLog;
const relays: Relay[] = [];

beforeAll(async () => {
  [database, log] = await Promise.all([storeDatabase('relay'), testLog()]);
  [store, other] = await Promise.all([storeOn(database), storeOn(database)]);
});
afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await Promise.all([store.close(), other.close()]);
  await log.close();
  await database.drop();
});

const sent = (relay: Relay, position: number | undefined) =>
  until('the event is relayed', () => relay.status().cursor >= (position ?? Number.POSITIVE_INFINITY));

test('what was committed reaches its topic in the order of its positions, whoever committed it', async () => {
  const shelves = Array.from({ length: 40 }, (_, n) => shelfAt(`shelf_${n}`, n % 2 ? 'sfo' : 'nyc'));
  const before = await store.execute(newShelf(), () => [produced()], context);
  expect(before).toMatchObject({ refused: false });
  const relay = await log.relay(database, store);
  relays.push(relay);
  const appended = await Promise.all(
    [0, 1, 2].flatMap((round) =>
      shelves.map((ref, n) =>
        (n % 3 ? store : other).execute(
          ref,
          () => (round === 0 ? [produced(), produced()] : [sold()]),
          context,
        ),
      ),
    ),
  );
  const last = Math.max(...appended.map((one) => (one.refused ? 0 : (one.position ?? 0))));
  await sent(relay, last);
  expect(relay.status()).toMatchObject({ leader: true, depth: 0, cursor: last });
  const records = await log.records();
  expect(records).toHaveLength(161);
  expect(scrambled(records)).toEqual([]);
  const read = await readEvents(records, log.registry);
  const events = read.flatMap((one) => ('event' in one && one.event ? [one.event] : []));
  for (const { id } of shelves) {
    expect(events.filter(({ meta }) => meta.stream === id)).toEqual(await store.history(id));
  }
});

test("another process's commit wakes the leader at once", async () => {
  const relay = relays[0];
  const times: number[] = [];
  for (let n = 0; n < 10; n++) {
    const appended = await other.execute(newShelf(), () => [produced()], context);
    const begin = performance.now();
    if (!appended.refused && relay)
      await until('relayed', () => relay.status().cursor >= (appended.position ?? 0), { every: 1 });
    times.push(performance.now() - begin);
  }
  expect(times.sort((a, b) => a - b)[5]).toBeLessThan(100);
});

test('a standby takes over when the leader is gone', async () => {
  const standby = await log.relay(database, other);
  relays.push(standby);
  await relays[0]?.stop();
  await until('the standby leads', () => standby.status().leader);
  const appended = await store.execute(newShelf(), () => [produced()], context);
  await sent(standby, appended.refused ? 0 : appended.position);
});
