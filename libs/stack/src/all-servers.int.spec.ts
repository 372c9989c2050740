import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeStackFolder } from './postgres/elsewhere.ts';
import { startStack } from './start.ts';
import type { Stack } from './types.ts';

describe('two brokers and the registry', () => {
  let dir: string;
  let stack: Stack;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dabba-stack-'));
    stack = await startStack({ dir, ports: 'free', only: ['kafka', 'registry'], brokers: 2 });
  });
  afterAll(async () => {
    await stack?.stop();
    await removeStackFolder(dir);
  });

  it('form one cluster that keeps its topics over kill -9 of either broker', async () => {
    const topic = { topic: 'kept', numPartitions: 2, replicationFactor: 2 };
    await withAdmin(stack, (admin) => admin.createTopics({ topics: [topic], waitForLeaders: true }));
    for (const broker of ['kafka-2', 'kafka'] as const) {
      await stack.kill9(broker);
      await stack.restart(broker);
    }
    const topics = await withAdmin(stack, (admin) => admin.listTopics());
    const cluster = await withAdmin(stack, (admin) => admin.describeCluster());
    expect(topics).toContain('kept');
    expect(cluster.brokers.map(({ nodeId }) => nodeId).sort()).toEqual([1, 2]);
  });

  it('K9 the registry keeps every id it handed out, though it is killed the moment after', async () => {
    const first = await register('first');
    await stack.kill9('registry');
    await stack.restart('registry');
    const second = await register('second');
    expect(second).not.toBe(first);
    expect(await register('first')).toBe(first);
  });

  async function register(name: string): Promise<unknown> {
    const schema = JSON.stringify({ type: 'record', name, fields: [] });
    const response = await fetch(`${stack.schemaRegistryUrl}/subjects/${name}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema }),
    });
    expect(response.status).toBe(200);
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  }
});

async function withAdmin<T>(
  stack: Stack,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({ brokers: stack.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
