import { type EventName, type Events, encodeEvent, newId, schemaOf, type TopicName } from '@dabba/contracts';
import { connectKafka, type Kafka, type OutgoingRecord, type SchemaRegistry, toRecord } from '@dabba/kafka';
import { type TestDatabase, testDatabase, uniquePrefix, until } from '@dabba/testing';
import type { Pool } from 'pg';
import { type Consumer, migrateProjections, type ProjectionDeps } from '../index.ts';

/** An event as tests write it; what is left out is made up. */
export type Draft = {
  [N in EventName]: {
    type: N;
    data: Events[N];
    stream: string;
    position: number;
    partition?: number;
    source?: string;
    time?: number;
    id?: string;
    traceparent?: string;
  };
}[EventName];

export interface World extends ProjectionDeps {
  database: TestDatabase;
  pool: Pool;
  kafka: Kafka;
  /** Publishes in order, each to the topic of its type. */
  publish(drafts: readonly Draft[]): Promise<void>;
  publishRaw(records: readonly OutgoingRecord[]): Promise<void>;
  caughtUp(consumer: Consumer): Promise<void>;
  /** Stopped with the world. */
  running(consumer: Promise<Consumer>): Promise<Consumer>;
  close(): Promise<void>;
}

export const recordOf = (draft: Draft): OutgoingRecord => {
  const { type, data } = draft;
  const { topic, text } = schemaOf(type);
  const meta = {
    id: draft.id ?? newId(),
    source: draft.source ?? 'test-store',
    stream: draft.stream,
    streamType: 'test',
    version: draft.position,
    position: draft.position,
    metro: 'lviv',
    time: draft.time ?? 1_760_000_000_000,
    ...(draft.traceparent === undefined ? {} : { traceparent: draft.traceparent }),
  };
  return toRecord(
    { type, meta, data: encodeEvent(type, data).data },
    { topic, partition: draft.partition ?? 0, schemaId: schemaId(text) },
  );
};

/** Schemas by number, without a server: what a registry does is proven in `@dabba/kafka`. */
const texts: string[] = [];
function schemaId(text: string): number {
  const at = texts.indexOf(text);
  return at >= 0 ? at : texts.push(text) - 1;
}
export const registry: SchemaRegistry = {
  idOf: async (_topic, _name, text) => schemaId(text),
  async textOf(id) {
    const text = texts[id];
    if (text === undefined) throw new Error(`No schema ${id}`);
    return text;
  },
  check: async () => [],
  ping: async () => {},
};

export async function openWorld(
  label: string,
  topics: readonly TopicName[] = ['meals', 'fridge-facts', 'dead-letters'],
  partitions = 2,
): Promise<World> {
  const database = await testDatabase(label);
  const kafka = connectKafka({
    brokers: (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(','),
    clientId: 'projections-test',
    prefix: uniquePrefix(label),
  });
  await kafka.admin.apply(topics.map((name) => ({ name, partitions, config: { 'retention.ms': '-1' } })));
  await migrateProjections(database.pool);
  const publisher = kafka.publisher();
  const consumers: Consumer[] = [];
  return {
    database,
    pool: database.pool,
    kafka,
    registry,
    publish: (drafts) => publisher.publish(drafts.map(recordOf)),
    publishRaw: (records) => publisher.publish(records),
    async caughtUp(consumer) {
      const { name } = consumer.status();
      await until(`${name} has caught up`, () => isCaughtUp(kafka, database.pool, consumer), { every: 5 });
    },
    async running(starting) {
      const consumer = await starting;
      consumers.push(consumer);
      await consumer.ready;
      return consumer;
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await publisher.close();
      await kafka.admin.deleteTopics(topics);
      await kafka.close();
      await database.drop();
    },
  };
}

async function isCaughtUp(kafka: Kafka, pool: Pool, consumer: Consumer): Promise<boolean> {
  const { name, partitions } = consumer.status();
  for (const topic of new Set(partitions.map((each) => each.topic))) {
    for (const { partition, high } of await kafka.admin.offsets(topic)) {
      const { rows } = await pool.query<{ next: string }>(
        'select next from dabba.checkpoints where consumer = $1 and topic = $2 and partition = $3',
        [name, topic, partition],
      );
      if (Number(rows[0]?.next ?? 0) < high) return false;
    }
  }
  return partitions.length > 0;
}
