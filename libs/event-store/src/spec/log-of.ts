import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  /** A relay in a process of its own, leading. */
  relayProcess(database: TestDatabase): Promise<ChildProcess>;
  /** Everything on the topic `meals`, by partition and offset. */
  records(): Promise<IncomingRecord[]>;
  close(): Promise<void>;
}

/** The topics of the service `meals` under a prefix of their own. */
export async function testLog(brokers = process.env.KAFKA_BROKERS ?? ''): Promise<TestLog> {
  const prefix = uniquePrefix('store');
  const kafka = connectKafka({ brokers: brokers.split(','), clientId: 'test', prefix });
  const url = process.env.SCHEMA_REGISTRY_URL ?? '';
  const cacheDir = mkdtempSync(join(tmpdir(), 'dabba-registry-'));
  const registry = connectRegistry({ url, cacheDir });
  await kafka.admin.apply(topics.map((name) => ({ name, partitions: 8, config: {} })));
  return {
    kafka,
    registry,
    relay: (database, store) => startRelay({ pool: database.pool, store, kafka, registry, topics }),
    async relayProcess(database) {
      const program = fileURLToPath(new URL('relay-process.ts', import.meta.url));
      const child = fork(program, [database.url, brokers, prefix, url, cacheDir, ...topics], {
        execArgv: ['--import', 'tsx'],
      });
      await once(child, 'message');
      return child;
    },
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
