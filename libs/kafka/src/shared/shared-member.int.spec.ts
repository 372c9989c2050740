import { until } from '@dabba/testing';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectKafka } from '../connect.ts';
import { collected, numbered, numberOf, openTestKafka, type TestKafka, upTo } from '../test-kafka.ts';
import type { Kafka, RecordBatch, SharedReading, SubscribeOptions } from '../types.ts';

let t: TestKafka;
let groups: string[];
const group = 'service';

beforeEach(() => {
  t = openTestKafka();
  groups = [];
  const original = kafkajs.Kafka.prototype.consumer;
  vi.spyOn(kafkajs.Kafka.prototype, 'consumer').mockImplementation(function (this: kafkajs.Kafka, config) {
    groups.push(config?.groupId ?? '');
    return original.call(this, config);
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await t.close();
});

const join = (reading: SharedReading, topic: string, options: Partial<SubscribeOptions> = {}) =>
  collected(reading.subscribe, topic, options);

test('P1 each begins where its own startAt says and sees every record once and in order, read by one member', async () => {
  const topic = await t.topic(2);
  await t.publish(topic, 0, 100);
  await t.publish(topic, 1, 100);
  const reading = t.kafka.shared({ group });
  const one = await join(reading, topic, { startAt: async () => 40 });
  const other = await join(reading, topic, { startAt: async (_, partition) => (partition === 0 ? 70 : 10) });
  reading.begin();
  await until('both have read', () => one.of(1).length === 60 && other.of(1).length === 90);
  await t.publish(topic, 0, 50, 100);
  await until('both go on', () => one.of(0).length === 110 && other.of(0).length === 80);
  expect([one.of(0), one.of(1)]).toEqual([upTo(150, 40), upTo(100, 40)]);
  expect([other.of(0), other.of(1)]).toEqual([upTo(150, 70), upTo(100, 10)]);
  expect(one.subscription.status().map(({ position }) => position)).toEqual([150, 100]);
  expect(groups).toEqual([t.prefix + group]);
  await until('the group shows what all have handled', async () =>
    (await t.kafka.admin.groupOffsets(group, [topic])).every(
      ({ partition, offset }) => offset === [150, 100][partition],
    ),
  );
});

test('one that fails, and one that stops, holds no other up', async () => {
  const topic = await t.topic();
  await t.publish(topic, 0, 10);
  const reading = t.kafka.shared({ group });
  const tries: number[][] = [];
  let mended = false;
  const fails = await join(reading, topic, {
    async onBatch({ records }) {
      if (mended) return;
      tries.push(records.map(numberOf));
      throw new Error('The database is away');
    },
  });
  const fine = await join(reading, topic);
  reading.begin();
  await until('it failed', () => tries.length > 0);
  await t.publish(topic, 0, 10, 10);
  await until('the other has all, the one only failures', () => fine.of(0).length === 20 && tries.length > 2);
  expect(tries).toEqual(tries.map(() => tries[0]));
  await fine.subscription.stop();
  mended = true;
  await t.publish(topic, 0, 10, 20);
  await until('it goes on', () => fails.of(0).length === 30);
  expect(fails.of(0)).toEqual(upTo(30));
  expect(fine.of(0)).toEqual(upTo(20));
  expect(groups).toHaveLength(1);
});

test('one that begins far behind reads by itself what it missed, and then together with the others', async () => {
  const topic = await t.topic();
  await t.publish(topic, 0, 100);
  const reading = t.kafka.shared({ group });
  const old = await join(reading, topic, { startAt: async () => 90 });
  reading.begin();
  await until('it is there', () => old.of(0).length === 10);
  let held = () => {};
  const waits = new Promise<void>((resolve) => {
    held = resolve;
  });
  const late = await join(reading, topic, { onBatch: () => waits });
  await t.publish(topic, 0, 50, 100);
  await until('the old one does not wait', () => old.of(0).length === 60);
  held();
  await until('the new one has all', () => late.of(0).length === 150);
  await t.publish(topic, 0, 50, 150);
  await until('both go on', () => late.of(0).length === 200 && old.of(0).length === 110);
  expect(late.of(0)).toEqual(upTo(200));
  expect(old.of(0)).toEqual(upTo(200, 90));
  // One for all, one for what it missed.
  expect(groups).toHaveLength(2);
});

test('one that gathers is handed what came meanwhile at once; nobody waits for it, and it loses nothing where there is no room', async () => {
  const topic = await t.topic();
  const reading = t.kafka.shared({ group });
  let go = () => {};
  let gatherings = 0;
  const batches: number[] = [];
  const gathers = await join(reading, topic, {
    gather() {
      gatherings++;
      return new Promise((resolve) => {
        go = resolve;
      });
    },
    onBatch: async ({ records }) => void batches.push(records.length),
  });
  const fine = await join(reading, topic);
  reading.begin();
  await t.publish(topic, 0, 1);
  await until('both have the first', () => gatherings === 1 && fine.of(0).length === 1);
  for (const from of [1, 2, 3]) {
    await t.publish(topic, 0, 1, from);
    await until('the other has it', () => fine.of(0).length === from + 1);
  }
  expect(gathers.of(0)).toEqual([0]);
  go();
  await until('it has what came meanwhile', () => gatherings === 2);
  expect(batches).toEqual([1, 3]);
  await t.publish(topic, 0, 2_500, 4);
  await until('it went on by itself', () => gathers.of(0).length > 2_000);
  await until('the other has all', () => fine.of(0).length === 2_504);
  expect(groups).toHaveLength(1);
  await reading.stop();
  expect(gathers.of(0)).toEqual(upTo(gathers.of(0).length));
});

test('P3 what is deleted before one has read it stops that one only', async () => {
  const topic = await t.topic();
  const big = (count: number) =>
    numbered(topic, 0, count).map((record) => ({ ...record, value: Buffer.alloc(100_000) }));
  const reading = t.kafka.shared({ group });
  let mended = false;
  let failed = 0;
  const fails = await join(reading, topic, {
    async onBatch() {
      if (mended) return;
      failed++;
      throw new Error('The database is away');
    },
  });
  const fine = await join(reading, topic);
  reading.begin();
  await t.publish(topic, 0, 10);
  await until('it failed', () => failed > 0);
  await t.kafka.publisher().publish(big(50));
  const within = 3_000;
  await until('more is read than is kept for one that fails', () => fine.of(0).length === 60, { within });
  await t.deleteRecords(topic, 55);
  mended = true;
  const stopped = () => fails.subscription.status()[0]?.stopped;
  await until('it stopped', () => stopped() !== undefined);
  expect(stopped()).toContain('begins at 55');
  expect(fails.of(0)).toEqual(upTo(10));
  await t.publish(topic, 0, 5);
  await until('the other goes on', () => fine.of(0).length === 65);
  expect(fine.subscription.status()[0]?.stopped).toBeUndefined();
});

test('a batch that fails is not tried again once its partition went to another process; an end waits for what is in hand', async () => {
  const topic = await t.topic(2);
  for (const partition of upTo(2)) await t.publish(topic, partition, 5);
  const tries = [0, 0];
  const reading = t.kafka.shared({ group });
  const fails = await join(reading, topic, {
    async onBatch({ partition }) {
      tries[partition] = (tries[partition] ?? 0) + 1;
      throw new Error('The database is away');
    },
  });
  reading.begin();
  await until('both fail', () => tries.every((count) => count > 0));
  const second = connectKafka({ brokers: t.brokers, clientId: 'test', prefix: t.prefix });
  const other = second.shared({ group });
  let finish = () => {};
  const working = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const works = await join(other, topic, { onBatch: () => working });
  await join(other, topic);
  other.begin();
  await until('each has one', () =>
    [fails, works].every(({ subscription }) => subscription.status().length === 1),
  );
  const lost = works.subscription.status()[0]?.partition ?? -1;
  const [before, kept] = [tries[lost], tries[1 - lost] ?? 0];
  await until('the other one is tried again', () => (tries[1 - lost] ?? 0) >= kept + 5);
  expect(tries[lost]).toBe(before);
  let ended = false;
  const ending = works.subscription.stop().then(() => {
    ended = true;
  });
  await t.publish(topic, 1 - lost, 1, 5);
  expect(ended).toBe(false);
  finish();
  await ending;
  expect(works.of(lost)).toEqual(upTo(5));
  await second.close();
});

test('P2 two processes share the partitions, for every subscriber; one that ends leaves nothing out', async () => {
  const topic = await t.topic(4);
  const checkpoints = new Map<string, number>();
  const folded = new Map<string, number[]>();
  const model = (name: string): SubscribeOptions => ({
    group: name,
    topics: [topic],
    startAt: async (_, partition) => checkpoints.get(`${name}/${partition}`) ?? 0,
    async onBatch({ partition, records }: RecordBatch) {
      const place = `${name}/${partition}`;
      // As the compare-and-set does: what another has handled counts once.
      const fresh = records.filter(({ offset }) => offset >= (checkpoints.get(place) ?? 0));
      checkpoints.set(place, (records.at(-1)?.offset ?? 0) + 1);
      folded.set(place, [...(folded.get(place) ?? []), ...fresh.map(numberOf)]);
    },
  });
  const process = async (kafka: Kafka) => {
    const reading = kafka.shared({ group });
    const subscriptions = [await reading.subscribe(model('one')), await reading.subscribe(model('two'))];
    reading.begin();
    return { reading, count: () => subscriptions.map((subscription) => subscription.status().length) };
  };
  const whole = (count: number) =>
    ['one', 'two'].every((name) => upTo(4).every((p) => folded.get(`${name}/${p}`)?.length === count));
  const second = connectKafka({ brokers: t.brokers, clientId: 'test', prefix: t.prefix });
  const [stays, leaves] = [await process(t.kafka), await process(second)];
  for (const partition of upTo(4)) await t.publish(topic, partition, 20);
  await until('each has half', () => `${stays.count()} ${leaves.count()}` === '2,2 2,2');
  await until('all is folded', () => whole(20));
  for (const partition of upTo(4)) await t.publish(topic, partition, 20, 20);
  await leaves.reading.stop();
  await until('the other has all', () => `${stays.count()}` === '4,4');
  for (const partition of upTo(4)) await t.publish(topic, partition, 20, 40);
  await until('all is folded', () => whole(60));
  for (const numbers of folded.values()) expect(numbers).toEqual(upTo(60));
  await second.close();
});

test('who wants a topic that does not exist waits for it alone, and the others read', async () => {
  const topic = await t.topic(1);
  const later = `${topic}-later`;
  await t.publish(topic, 0, 10);
  const reading = t.kafka.shared({ group });
  const early = await join(reading, later);
  const one = await join(reading, topic);
  reading.begin();
  await until('the other has read', () => one.of(0).length === 10);
  await t.kafka.admin.apply([{ name: later, partitions: 1, replicas: 1, config: {} }]);
  await t.publish(later, 0, 10);
  await until('the topic is read once it is there', () => early.of(0).length === 10);
  await reading.stop();
});
