import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { connectKafka } from './connect.ts';
import type { IncomingRecord, Kafka, Log, OutgoingRecord, SubscribeOptions, Subscription } from './types.ts';

/** A connection under a prefix of its own, and what is needed to fill and clean its topics. */
export interface TestKafka {
  kafka: Kafka;
  prefix: string;
  brokers: string[];
  /** Messages of warnings and errors. */
  logged: string[];
  topic(partitions?: number): Promise<string>;
  /** As `numbered` has them. */
  publish(...records: Parameters<typeof numbered>): Promise<void>;
  /** From partition 0, all below this offset. */
  deleteRecords(topic: string, below: number): Promise<void>;
  close(): Promise<void>;
}

export function openTestKafka(brokers = process.env.KAFKA_BROKERS?.split(',')): TestKafka {
  if (!brokers) throw new Error('KAFKA_BROKERS is not set');
  const prefix = `t${randomUUID().slice(0, 8)}-`;
  const logged: string[] = [];
  const keep = (_: object, message: string) => void logged.push(message);
  const log: Log = { error: keep, warn: keep, info: () => undefined };
  const kafka = connectKafka({ brokers, clientId: 'test', prefix, log });
  const topics: string[] = [];
  return {
    kafka,
    prefix,
    brokers,
    logged,
    async topic(partitions = 1) {
      const name = `topic-${topics.length}`;
      topics.push(name);
      await kafka.admin.apply([{ name, partitions, replicas: 1, config: {} }]);
      return name;
    },
    async publish(...records) {
      await kafka.publisher().publish(numbered(...records));
    },
    async deleteRecords(topic, below) {
      const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
      // It needs the topic's metadata and does not load it.
      await admin.fetchTopicOffsets(prefix + topic);
      await admin.deleteTopicRecords({
        topic: prefix + topic,
        partitions: [{ partition: 0, offset: String(below) }],
      });
      await admin.disconnect();
    },
    async close() {
      await kafka.admin.deleteTopics(topics).catch(() => undefined);
      await kafka.close();
    },
  };
}

/** The same by a member of its own, and by one that is shared. */
export const ways = {
  alone: (kafka: Kafka, options: SubscribeOptions) => kafka.subscribe(options),
  async shared(kafka: Kafka, options: SubscribeOptions): Promise<Subscription> {
    const reading = kafka.shared(options);
    const subscription = await reading.subscribe(options);
    reading.begin();
    return { ...subscription, stop: () => reading.stop() };
  },
};

/** A subscription from the beginning, and the numbers of each partition, handled once `onBatch` has not thrown. */
export async function collected(
  subscribe: (options: SubscribeOptions) => Promise<Subscription>,
  topic: string,
  options: Partial<SubscribeOptions>,
) {
  const seen = new Map<number, number[]>();
  const subscription = await subscribe({
    group: 'group',
    topics: [topic],
    startAt: async () => 0,
    ...options,
    async onBatch(batch) {
      await options.onBatch?.(batch);
      seen.set(batch.partition, [...(seen.get(batch.partition) ?? []), ...batch.records.map(numberOf)]);
    },
  });
  return { seen, subscription, of: (partition: number) => seen.get(partition) ?? [] };
}

/** `count` records with the values `from`, `from + 1` … */
export function numbered(topic: string, partition: number, count: number, from = 0): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    topic,
    partition,
    key: `key-${partition}`,
    value: Buffer.from(String(from + index)),
    headers: { n: String(from + index) },
  }));
}

export function numberOf(record: IncomingRecord): number {
  return Number(record.value?.toString());
}

/** The numbers from `from` up to and without `to`. */
export function upTo(to: number, from = 0): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
