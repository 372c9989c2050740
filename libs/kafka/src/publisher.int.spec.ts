import kafkajs, { type Producer } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { numbered, numberOf, openTestKafka, type TestKafka, upTo } from './test-kafka.ts';
import { PublishFailed } from './types.ts';

let t: TestKafka;
let producers: Producer[];

beforeEach(() => {
  t = openTestKafka();
  producers = [];
  const original = kafkajs.Kafka.prototype.producer;
  vi.spyOn(kafkajs.Kafka.prototype, 'producer').mockImplementation(function (this: kafkajs.Kafka, config) {
    const producer = original.call(this, config);
    producers.push(producer);
    return producer;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await t.close();
});

function producerAt(index: number): Producer {
  const producer = producers[index];
  if (!producer) throw new Error(`No producer ${index}`);
  return producer;
}

async function numbersOf(topic: string): Promise<number[]> {
  const [range] = await t.kafka.admin.offsets(topic);
  const numbers: number[] = [];
  await t.kafka.read({
    topic,
    ranges: new Map([[0, { from: 0, to: range?.high ?? 0 }]]),
    onBatch: async ({ records }) => void numbers.push(...records.map(numberOf)),
  });
  return numbers;
}

test('K2 after a failed send the producer is discarded and the next publish goes through a new one', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  await publisher.publish(numbered(topic, 0, 1));
  const first = producerAt(0);
  const disconnect = vi.spyOn(first, 'disconnect');
  const sendBatch = vi.spyOn(first, 'sendBatch').mockRejectedValue(new Error('broker said no'));
  await expect(publisher.publish(numbered(topic, 0, 1, 1))).rejects.toThrow(PublishFailed);
  await publisher.publish(numbered(topic, 0, 2, 1));
  expect(producers).toHaveLength(2);
  expect(sendBatch).toHaveBeenCalledTimes(1);
  expect(disconnect).toHaveBeenCalled();
  expect(await numbersOf(topic)).toEqual([0, 1, 2]);
});

test('K1 an answer that leaves out a partition fails the call and discards the producer', async () => {
  const topic = await t.topic(2);
  const publisher = t.kafka.publisher();
  await publisher.publish(numbered(topic, 0, 1));
  vi.spyOn(producerAt(0), 'sendBatch').mockResolvedValue([
    { topicName: t.prefix + topic, partition: 0, errorCode: 0 },
  ]);
  const both = [...numbered(topic, 0, 1), ...numbered(topic, 1, 1)];
  await expect(publisher.publish(both)).rejects.toThrow(/No acknowledgement for .*\/1/);
  await publisher.publish(both);
  expect(producers).toHaveLength(2);
});

test('K2 a send that never answers fails at the timeout and takes every waiting call with it, so that no gap opens', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher({ timeout: 3_000 });
  await publisher.publish(numbered(topic, 0, 1));
  let silent = () => {};
  const asked = new Promise<void>((resolve) => {
    silent = resolve;
  });
  vi.spyOn(producerAt(0), 'sendBatch').mockImplementation(() => {
    silent();
    return new Promise(() => undefined);
  });
  const stuck = publisher.publish(numbered(topic, 0, 1, 1));
  const outcomes = Promise.allSettled([stuck, asked.then(() => publisher.publish(numbered(topic, 0, 1, 2)))]);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await publisher.publish(numbered(topic, 0, 2, 1));
  expect(await numbersOf(topic)).toEqual([0, 1, 2]);
});

test('calls made while a request is in flight go out together behind it, each in its place', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  await publisher.publish(numbered(topic, 0, 1));
  const send = vi.spyOn(producerAt(0), 'sendBatch');
  await Promise.all(upTo(101, 1).map((n) => publisher.publish(numbered(topic, 0, 1, n))));
  expect(send.mock.calls.length).toBeLessThan(5);
  expect(await numbersOf(topic)).toEqual(upTo(101));
});

test('a closed publisher has sent what it was given and takes nothing more', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  const last = publisher.publish(numbered(topic, 0, 3));
  await publisher.close();
  await last;
  await expect(publisher.publish(numbered(topic, 0, 1))).rejects.toThrow(PublishFailed);
  expect(await numbersOf(topic)).toEqual([0, 1, 2]);
});
