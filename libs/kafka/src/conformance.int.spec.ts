import { type Region, topicOf } from '@dabba/contracts';
import { until } from '@dabba/testing';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collected, numbered, numberOf, openTestKafka, type TestKafka, upTo, ways } from './test-kafka.ts';
import { topicSettings } from './topic-settings.ts';
import { PublishFailed, Reassess, type RecordBatch, StopPartition, type SubscribeOptions } from './types.ts';

let t: TestKafka;
let way: keyof typeof ways;

const oneMetro: Region = {
  region: 'test',
  metros: [
    { id: 'sfo', name: 'San Francisco', zone: 'America/Los_Angeles', currency: 'USD', partitions: [0, 3] },
  ],
};

beforeEach(() => {
  way = 'alone';
  t = openTestKafka();
});

afterEach(() => t.close());

const collect = (topic: string, options: Partial<SubscribeOptions> = {}) =>
  collected((all) => ways[way](t.kafka, all), topic, options);

test('a record arrives as it was sent, in the order it was sent', async () => {
  const topic = await t.topic(2);
  const publisher = t.kafka.publisher();
  const sent = [
    {
      topic,
      partition: 1,
      key: 'käse',
      value: Buffer.from([0, 255, 1]),
      headers: { ce_id: 'ü1', actor: '' },
    },
    { topic, partition: 1, key: null, value: null, headers: {} },
  ];
  await Promise.all([publisher.publish(sent), publisher.publish(numbered(topic, 1, 500))]);
  const got: RecordBatch[] = [];
  await t.kafka.read({
    topic,
    ranges: new Map([[1, { from: 0, to: 502 }]]),
    onBatch: async (batch) => void got.push(batch),
  });
  const records = got.flatMap((batch) => batch.records);
  expect(records.slice(0, 2)).toMatchObject(sent);
  expect(records.slice(2).map(numberOf)).toEqual(upTo(500));
  expect(records.map(({ offset }) => offset)).toEqual(upTo(502));
});

test('K4 one call with megabytes for one partition is accepted whole and in order', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  const big = numbered(topic, 0, 40).map((record) => ({ ...record, headers: { pad: 'x'.repeat(200_000) } }));
  await publisher.publish(big);
  const got: number[] = [];
  await t.kafka.read({
    topic,
    ranges: new Map([[0, { from: 0, to: 40 }]]),
    onBatch: async ({ records }) => void got.push(...records.map(numberOf)),
  });
  expect(got).toEqual(upTo(40));
});

test('K4 a record over the limit fails clearly, alone, before anything is sent', async () => {
  const topic = await t.topic();
  const publisher = t.kafka.publisher();
  const huge = { topic, partition: 0, key: null, value: Buffer.alloc(1_000_000), headers: {} };
  const failed = publisher.publish([...numbered(topic, 0, 1), huge]);
  const fine = publisher.publish(numbered(topic, 0, 1));
  await expect(failed).rejects.toThrow(PublishFailed);
  await fine;
  expect(await t.kafka.admin.offsets(topic)).toEqual([{ partition: 0, low: 0, high: 1 }]);
});

describe.each(['alone', 'shared'] as const)('%s', (each) => {
  beforeEach(() => {
    way = each;
  });

  test("P1 reading begins where startAt says, asked once for each partition; the group's own offset is never read", async () => {
    const topic = await t.topic(2);
    await t.publish(topic, 0, 100);
    await t.publish(topic, 1, 100);
    const first = await collect(topic, { startAt: async (_, partition) => (partition === 0 ? 40 : 0) });
    await until('all is read', () => first.of(0).length === 60 && first.of(1).length === 100);
    expect(first.of(0)).toEqual(upTo(100, 40));
    await until('group offsets are stored', async () =>
      (await t.kafka.admin.groupOffsets('group', [topic])).every(({ offset }) => offset === 100),
    );
    await first.subscription.stop();
    const startAt = vi.fn(async () => 90);
    const second = await collect(topic, { startAt });
    await until('the rest is read again', () => second.of(0).length === 10 && second.of(1).length === 10);
    expect(startAt).toHaveBeenCalledTimes(2);
    expect(second.of(1)).toEqual(upTo(100, 90));
  });

  test('P1 a checkpoint that cannot be loaded yet is asked for again and nothing is handed over before', async () => {
    const topic = await t.topic();
    await t.publish(topic, 0, 10);
    let tries = 0;
    const { of } = await collect(topic, {
      async startAt() {
        if (++tries < 4) throw new Error('The database is away');
        return 5;
      },
    });
    await until('it begins', () => of(0).length >= 5);
    expect(of(0)).toEqual(upTo(10, 5));
  });

  test('only the partitions asked for are handed out, and the members share them', async () => {
    const topic = await t.topic(6);
    for (const partition of upTo(6)) await t.publish(topic, partition, 5);
    const partitions = [1, 2, 3, 4];
    const one = await collect(topic, { partitions });
    const two = await collect(topic, { partitions });
    await until('both have half', () =>
      [one, two].every(({ subscription }) => subscription.status().length === 2),
    );
    const assigned = [one, two].flatMap(({ subscription }) => subscription.status().map((s) => s.partition));
    expect(assigned.sort()).toEqual(partitions);
    await until('all is read', () => partitions.every((p) => one.of(p).length + two.of(p).length >= 5));
    expect([0, 5].flatMap((p) => [...one.of(p), ...two.of(p)])).toEqual([]);
  });

  test('a partition whose member leaves goes on with another, from the checkpoint', async () => {
    const topic = await t.topic();
    await t.publish(topic, 0, 10);
    let checkpoint = 0;
    const folded: number[] = [];
    const options = {
      startAt: async () => checkpoint,
      async onBatch({ records }: RecordBatch) {
        folded.push(...records.map(numberOf));
        checkpoint = (records.at(-1)?.offset ?? 0) + 1;
      },
    };
    const one = await collect(topic, options);
    await until('ten are folded', () => folded.length === 10);
    await collect(topic, options);
    await one.subscription.stop();
    await t.publish(topic, 0, 10, 10);
    await until('twenty are folded', () => folded.length === 20);
    expect(folded).toEqual(upTo(20));
  });

  test('a subscription stopped as it joins does not keep its partitions', async () => {
    const topic = await t.topic(2);
    const left = await collect(topic);
    // In the very moment of joining, which kafkajs does not take for running yet.
    await left.subscription.ready;
    await left.subscription.stop();
    const stays = await collect(topic);
    const within = 5_000;
    await until('the other has both', () => stays.subscription.status().length === 2, { within });
    await t.publish(topic, 0, 5);
    await t.publish(topic, 1, 5);
    await until('all is read', () => stays.of(0).length === 5 && stays.of(1).length === 5, { within });
    expect(left.seen.size).toBe(0);
  });

  test('a batch that fails is handed over again with the same records while others go on', async () => {
    const topic = await t.topic(2);
    await t.publish(topic, 0, 10);
    const tries: number[][] = [];
    const { of, subscription } = await collect(topic, {
      async onBatch({ partition, records }) {
        if (partition !== 0) return;
        tries.push(records.map(numberOf));
        if (tries.length === 1) await t.publish(topic, 0, 10, 10);
        if (tries.length === 2) await t.publish(topic, 1, 10);
        if (tries.length < 4) throw new Error('The database is away');
      },
    });
    await until('all is read', () => of(0).length === 20 && of(1).length === 10);
    expect(tries.slice(0, 4)).toEqual([upTo(10), upTo(10), upTo(10), upTo(10)]);
    expect(of(0)).toEqual(upTo(20));
    expect(subscription.status().map(({ position }) => position)).toEqual([20, 10]);
  });

  test('Reassess asks where to begin again', async () => {
    const topic = await t.topic();
    await t.publish(topic, 0, 10);
    const starts = [2, 7];
    let first = true;
    const { of } = await collect(topic, {
      startAt: async () => starts.shift() ?? 0,
      async onBatch() {
        if (!first) return;
        first = false;
        throw new Reassess('Another member was faster');
      },
    });
    await until('it goes on', () => of(0).length === 3);
    expect(of(0)).toEqual([7, 8, 9]);
  });

  test('P3 a partition that onBatch stops stands still until the subscription is restarted, others go on', async () => {
    const topic = await t.topic(2);
    await t.publish(topic, 0, 10);
    const { of, subscription } = await collect(topic, {
      async onBatch({ partition }) {
        if (partition === 0) throw new StopPartition('A person has to look');
      },
    });
    await until('it stopped', () => subscription.status().some(({ stopped }) => stopped));
    await t.publish(topic, 1, 10);
    await until('the other goes on', () => of(1).length === 10);
    expect(of(0)).toEqual([]);
    expect(subscription.status()[0]).toMatchObject({ partition: 0, stopped: 'A person has to look' });
    expect(t.logged).toContain('partition stopped');
  });

  test('P3 a log that begins above the checkpoint stops the partition', async () => {
    const topic = await t.topic(2);
    await t.publish(topic, 0, 20);
    await t.publish(topic, 1, 5);
    await t.deleteRecords(topic, 10);
    const { of, subscription } = await collect(topic, { startAt: async () => 3 });
    await until('the other is read', () => of(1).length === 2);
    await until('it stopped', () => stoppedAt(subscription.status(), 0)?.includes('begins at 10'));
    expect(of(0)).toEqual([]);
  });

  test('P3 a log that ends below the checkpoint stops the partition, without a record ever arriving', async () => {
    const topic = await t.topic();
    await t.publish(topic, 0, 5);
    const { of, subscription } = await collect(topic, { startAt: async () => 6 });
    await until('it stopped', () => stoppedAt(subscription.status(), 0)?.includes('ends at 5'));
    await t.publish(topic, 0, 5, 5);
    expect(of(0)).toEqual([]);
  });

  test('P3 a topic made anew under a running consumer stops the partition, and is not read from its beginning', async () => {
    const topic = await t.topic();
    await t.publish(topic, 0, 50);
    let checkpoint = 0;
    const { of, subscription } = await collect(topic, {
      silenceLimit: 2_000,
      startAt: async () => checkpoint,
      async onBatch({ records }) {
        checkpoint = (records.at(-1)?.offset ?? 0) + 1;
      },
    });
    await until('all is read', () => of(0).length === 50);
    await t.kafka.admin.deleteTopics([topic]);
    await until('it is made anew', async () => {
      await t.kafka.admin.apply([{ name: topic, partitions: 1, replicas: 1, config: {} }]);
      return (await t.kafka.admin.offsets(topic))[0]?.high === 0;
    });
    await t.publish(topic, 0, 10, 1_000);
    await until('it stopped', () => stoppedAt(subscription.status(), 0) !== undefined);
    expect(of(0)).toEqual(upTo(50));
  });
});

test('P3 records deleted before they were read stop the partition instead of being skipped', async () => {
  const topic = await t.topic();
  await t.publish(topic, 0, 5);
  let fail = false;
  const { of, subscription } = await collect(topic, {
    async onBatch() {
      if (fail) throw new Error('The database is away');
    },
  });
  await until('five are read', () => of(0).length === 5);
  fail = true;
  await t.publish(topic, 0, 10, 5);
  await t.deleteRecords(topic, 10);
  fail = false;
  await t.publish(topic, 0, 1, 15);
  await until('it stopped', () => stoppedAt(subscription.status(), 0)?.includes('begins at 10'));
  expect(of(0)).toEqual(upTo(5));
});

test('a bounded read ends exactly where it should, though the last offsets hold no records', async () => {
  const topic = await t.topic();
  const raw = new kafkajs.Kafka({ brokers: t.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const producer = raw.producer({
    transactionalId: `${t.prefix}tx`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  for (const end of ['commit', 'abort', 'commit', 'abort'] as const) {
    const transaction = await producer.transaction();
    await transaction.send({ topic: t.prefix + topic, messages: [{ value: '1' }, { value: '2' }] });
    await transaction[end]();
  }
  await producer.disconnect();
  await until('the last transaction ended', async () => (await t.kafka.admin.offsets(topic))[0]?.high === 12);
  const got: number[] = [];
  const onBatch = async ({ records }: RecordBatch) => void got.push(...records.map(({ offset }) => offset));
  await t.kafka.read({ topic, ranges: new Map([[0, { from: 0, to: 12 }]]), onBatch });
  expect(got).toEqual([0, 1, 6, 7]);
  await t.kafka.read({ topic, ranges: new Map([[0, { from: 9, to: 12 }]]), onBatch });
  expect(got).toHaveLength(4);
  const { subscription, of } = await collect(topic, { silenceLimit: 500, startAt: async () => 9 });
  await until('the position passes the gaps', () => subscription.status()[0]?.position === 12);
  expect(of(0)).toEqual([]);
  expect(t.logged).not.toContain('consumer is replaced');
});

test('K7 the plan shows what differs, apply mends it and drops nothing that was set by hand', async () => {
  const [wanted] = topicSettings([topicOf('meals')], oneMetro, { replicas: 1 });
  if (!wanted) throw new Error('No settings');
  expect(await t.kafka.admin.plan([wanted])).toEqual([{ topic: 'meals', differences: ['missing'] }]);
  const loose = { 'retention.ms': '604800000', 'segment.ms': '3600000', 'cleanup.policy': 'compact' };
  await t.kafka.admin.apply([{ name: 'meals', partitions: 1, replicas: 1, config: loose }]);
  const differences = [
    'partitions 1, wanted 4',
    'cleanup.policy compact, wanted delete',
    'retention.ms 604800000, wanted -1',
    'max.message.bytes 1048588, wanted 1048576',
  ];
  expect(await t.kafka.admin.plan([wanted])).toEqual([{ topic: 'meals', differences }]);
  expect(await t.kafka.admin.apply([wanted])).toEqual([{ topic: 'meals', differences }]);
  await until('it is as wanted', async () => (await t.kafka.admin.plan([wanted])).length === 0);
  const byHand = { ...wanted, config: { 'segment.ms': '3600000' } };
  expect(await t.kafka.admin.plan([byHand])).toEqual([]);
  await t.kafka.admin.deleteTopics(['meals']);
});

test('a service starts while Kafka is away, and its health says so', async () => {
  const away = openTestKafka(['localhost:1']);
  const subscription = await away.kafka.subscribe({
    group: 'group',
    topics: ['topic'],
    startAt: async () => 0,
    onBatch: async () => undefined,
  });
  expect(subscription.status()).toEqual([]);
  await expect(away.kafka.ping()).rejects.toThrow();
  await expect(away.kafka.publisher({ timeout: 300 }).publish(numbered('topic', 0, 1))).rejects.toThrow(
    PublishFailed,
  );
  await away.kafka.close();
  await t.kafka.ping();
});

function stoppedAt(status: { partition: number; stopped?: string }[], partition: number): string | undefined {
  return status.find((each) => each.partition === partition)?.stopped;
}
