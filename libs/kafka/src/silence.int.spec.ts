import { until } from '@dabba/testing';
import kafkajs, { type Consumer } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { numbered, numberOf, openTestKafka, type TestKafka, upTo } from './test-kafka.ts';

let t: TestKafka;
let consumers: Consumer[];

beforeEach(() => {
  t = openTestKafka();
  consumers = [];
  const original = kafkajs.Kafka.prototype.consumer;
  vi.spyOn(kafkajs.Kafka.prototype, 'consumer').mockImplementation(function (this: kafkajs.Kafka, config) {
    const consumer = original.call(this, config);
    consumers.push(consumer);
    return consumer;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await t.close();
});

async function follow(topic: string, onBatch = async () => {}) {
  const seen: number[] = [];
  const subscription = await t.kafka.subscribe({
    group: 'group',
    topics: [topic],
    silenceLimit: 1_000,
    startAt: async () => seen.length,
    async onBatch({ records }) {
      await onBatch();
      seen.push(...records.map(numberOf));
    },
  });
  await subscription.ready;
  return { seen, subscription };
}

test('P9 a consumer that stops fetching behind our back is replaced and nothing is lost or doubled', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  const { seen } = await follow(topic);
  await publisher.publish(numbered(topic, 0, 10));
  await until('ten are read', () => seen.length === 10);
  consumers[0]?.pause([{ topic: t.prefix + topic }]);
  await publisher.publish(numbered(topic, 0, 10, 10));
  await until('twenty are read', () => seen.length === 20);
  expect(seen).toEqual(upTo(20));
  expect(t.logged).toContain('consumer is replaced');
});

test('P9 a consumer that ended is replaced', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  const { seen } = await follow(topic);
  await publisher.publish(numbered(topic, 0, 10));
  await until('ten are read', () => seen.length === 10);
  await consumers[0]?.stop();
  await publisher.publish(numbered(topic, 0, 10, 10));
  await until('twenty are read', () => seen.length === 20);
  expect(consumers.length).toBeGreaterThan(1);
});

test('P9 a consumer that ends before a batch is tried again ends nothing but itself', async () => {
  const topic = await t.topic();
  let failures = 0;
  const { seen } = await follow(topic, async () => {
    if (failures++ < 5) throw new Error('The database is away');
  });
  await t.publish(topic, 0, 10);
  await until('a batch is tried again only much later', () => failures === 5, { every: 1 });
  // What would be resumed then is gone, which kafkajs answers by an error in a timer.
  await consumers[0]?.stop();
  await until('ten are read', () => seen.length === 10);
  expect(seen).toEqual(upTo(10));
});

test('P9 neither a slow batch, nor one that fails, nor an empty topic is taken for silence', async () => {
  const topic = await t.topic(2);
  const publisher = t.kafka.publisher();
  let slow: Promise<void> | undefined;
  let failures = 0;
  const { seen } = await follow(topic, async () => {
    if (failures++ < 4) throw new Error('The database is away');
    slow ??= new Promise((resolve) => setTimeout(resolve, 2_500));
    await slow;
  });
  await publisher.publish(numbered(topic, 0, 10));
  await until('ten are read', () => seen.length === 10);
  expect(consumers).toHaveLength(1);
});
