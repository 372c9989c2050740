import kafkajs from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { numberOf, openTestKafka, type TestKafka, upTo } from './test-kafka.ts';
import { StopPartition } from './types.ts';

let t: TestKafka;
beforeEach(() => {
  t = openTestKafka();
});
afterEach(() => t.close());

test('a bounded read of several ranges gives each record once and leaves no group behind', async () => {
  const topic = await t.topic(3);
  for (const partition of upTo(3)) await t.publish(topic, partition, 3_000);
  const got = new Map<number, number[]>();
  await t.kafka.read({
    topic,
    ranges: new Map([
      [0, { from: 0, to: 3_000 }],
      [2, { from: 1_500, to: 1_777 }],
      [1, { from: 5, to: 5 }],
    ]),
    maxBytesPerPartition: 20_000,
    async onBatch({ partition, records }) {
      got.set(partition, [...(got.get(partition) ?? []), ...records.map(numberOf)]);
    },
  });
  expect(got).toEqual(
    new Map([
      [0, upTo(3_000)],
      [2, upTo(1_777, 1_500)],
    ]),
  );
  const admin = new kafkajs.Kafka({ brokers: t.brokers }).admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  expect(groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(t.prefix))).toEqual([]);
});

test('P3 a bounded read of what the log does not hold fails, and so does one whose handler throws', async () => {
  const topic = await t.topic();
  await t.publish(topic, 0, 10);
  const range = (from: number, to: number) => ({ topic, ranges: new Map([[0, { from, to }]]) });
  const onBatch = async () => undefined;
  await expect(t.kafka.read({ ...range(0, 11), onBatch })).rejects.toThrow(StopPartition);
  await t.deleteRecords(topic, 4);
  await expect(t.kafka.read({ ...range(3, 10), onBatch })).rejects.toThrow(StopPartition);
  const refuse = () => Promise.reject(new Error('disk full'));
  await expect(t.kafka.read({ ...range(4, 10), onBatch: refuse })).rejects.toThrow('disk full');
});

test('the last own record of each partition is found however far back it is', async () => {
  const topic = await t.topic(3);
  await t.publish(topic, 0, 5_000);
  await t.publish(topic, 1, 10);
  const found = await t.kafka.lastRecords(topic, (record) => numberOf(record) <= 7);
  expect([...found].sort().map(([partition, record]) => [partition, record.offset])).toEqual([
    [0, 7],
    [1, 7],
  ]);
  expect((await t.kafka.lastRecords(topic, () => false)).size).toBe(0);
});
