import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicsOwnedBy } from '@dabba/contracts';
import {
  connectKafka,
  connectRegistry,
  type IncomingRecord,
  type Kafka,
  type SchemaRegistry,
} from '@dabba/kafka';
import { type TestDatabase, uniquePrefix } from '@dabba/testing';
import { type OpenStore, type Relay, startRelay } from '../index.ts';

export const topics = topicsOwnedBy('meals').map(({ name }) => name);

export interface TestLog {
  kafka: Kafka;
  registry: SchemaRegistry;
  /** A relay for a store on this log. */
  relay(database: TestDatabase, store: OpenStore): Promise<Relay>;
  /** Everything on the topic `meals`, by partition and offset. */
  records(): Promise<IncomingRecord[]>;
  close(): Promise<void>;
}

/** The topics of the service `meals` under a prefix of their own. */
export async function testLog(brokers = process.env.KAFKA_BROKERS ?? ''): Promise<TestLog> {
  const kafka = connectKafka({
    brokers: brokers.split(','),
    clientId: 'test',
    prefix: uniquePrefix('store'),
  });
  const registry = connectRegistry({
    url: process.env.SCHEMA_REGISTRY_URL ?? '',
    cacheDir: mkdtempSync(join(tmpdir(), 'dabba-registry-')),
  });
  await kafka.admin.apply(topics.map((name) => ({ name, partitions: 8, config: {} })));
  return {
    kafka,
    registry,
    relay: (database, store) => startRelay({ pool: database.pool, store, kafka, registry, topics }),
    async records() {
      const ranges = await kafka.admin.offsets('meals');
      const found: IncomingRecord[] = [];
      await kafka.read({
        topic: 'meals',
        ranges: new Map(ranges.map(({ partition, low, high }) => [partition, { from: low, to: high }])),
        onBatch: async ({ records }) => void found.push(...records),
      });
      return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
    },
    async close() {
      await kafka.admin.deleteTopics(topics);
      await kafka.close();
    },
  };
}

/** Partitions of a topic in which a position is below one before it. */
export function scrambled(records: readonly IncomingRecord[]): number[] {
  const highest = new Map<number, number>();
  const wrong: number[] = [];
  for (const { partition, headers } of records) {
    const position = Number(headers.position);
    if (position < (highest.get(partition) ?? 0)) wrong.push(partition);
    highest.set(partition, position);
  }
  return wrong;
}
