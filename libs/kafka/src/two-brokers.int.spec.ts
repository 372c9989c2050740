import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@dabba/stack';
import { until } from '@dabba/testing';
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { numbered, openTestKafka, type TestKafka } from './test-kafka.ts';
import { PublishFailed } from './types.ts';

let dir: string;
let stack: Stack;
let admin: Admin;
let t: TestKafka;
let client: kafkajs.Kafka;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dabba-two-'));
  stack = await startStack({ dir, ports: 'free', brokers: 2, only: ['kafka'] });
  client = new kafkajs.Kafka({ brokers: stack.kafkaBrokers, logLevel: kafkajs.logLevel.NOTHING });
  admin = client.admin();
  await admin.connect();
  t = openTestKafka(stack.kafkaBrokers);
});

afterAll(async () => {
  await t?.kafka.close();
  await admin?.disconnect();
  await stack?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Partition 0 on the first broker, partition 1 on the second. */
async function split(name: string): Promise<[number, number]> {
  const [first, second] = (await admin.describeCluster()).brokers.map(({ nodeId }) => nodeId).sort();
  if (first === undefined || second === undefined) throw new Error('One broker only');
  await admin.createTopics({
    topics: [
      {
        topic: t.prefix + name,
        replicaAssignment: [
          { partition: 0, replicas: [first] },
          { partition: 1, replicas: [second] },
        ],
      },
    ],
  });
  await until('both partitions have their leaders', async () => {
    const leaders = await leadersOf(name);
    return leaders[0] === first && leaders[1] === second;
  });
  return [first, second];
}

/** Moves partition 1 to where partition 0 is; producers that know the old leader are told NOT_LEADER. */
async function moveTogether(name: string, first: number): Promise<void> {
  await admin.alterPartitionReassignments({
    topics: [{ topic: t.prefix + name, partitionAssignment: [{ partition: 1, replicas: [first] }] }],
  });
  await until('the leader moved', async () => (await leadersOf(name))[1] === first, { within: 30_000 });
}

async function leadersOf(name: string): Promise<(number | undefined)[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [t.prefix + name] });
  const partitions = topics[0]?.partitions ?? [];
  return [0, 1].map((id) => partitions.find(({ partitionId }) => partitionId === id)?.leader);
}

async function highs(name: string): Promise<number[]> {
  return (await t.kafka.admin.offsets(name)).map(({ high }) => high);
}

/** kafkajs resolves a send of which one partition never reached a broker, unless it hears of the new leader in time. */
test('K1 a send of which one partition did not arrive fails, and sending again from the cursor loses nothing', async () => {
  const [first] = await split('ours');
  const publisher = t.kafka.publisher();
  const both = [...numbered('ours', 0, 1), ...numbered('ours', 1, 1)];
  await publisher.publish(both);
  await moveTogether('ours', first);
  const failure = await publisher.publish(both).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure === undefined) return expect(await highs('ours')).toEqual([2, 2]);
  expect(failure).toBeInstanceOf(PublishFailed);
  await publisher.publish(both);
  expect(await highs('ours')).toEqual([3, 2]);
});
