/** The port every Dabba process speaks to Kafka through; what implements it must pass the conformance suite. */

export interface OutgoingRecord {
  topic: string;
  partition: number;
  key: string | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
}

export interface IncomingRecord {
  topic: string;
  partition: number;
  offset: number;
  /** Broker or producer time, UTC milliseconds. */
  timestamp: number;
  key: string | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
}

/** Sends in order, one request in flight. `publish` calls queue behind one another. */
export interface Publisher {
  /**
   * Resolves once every record is acknowledged by all in-sync replicas: the response has to name every partition
   * sent (K1). Any other outcome throws {@link PublishFailed}; the producer behind is discarded then (K2) and the
   * caller sends again from its own cursor. Chunks are bounded in bytes per partition inside (K4).
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface RecordBatch {
  topic: string;
  partition: number;
  /** Ascending, never below the position `startAt` gave; offsets may have gaps. Never empty. */
  records: readonly IncomingRecord[];
  /** Offset after the last record of the partition. */
  highWatermark: number;
  /** To be called now and then while a batch takes long; throws once the partition belongs to another member. */
  heartbeat(): Promise<void>;
}

export interface SubscribeOptions {
  /** Name of the consumer group, without prefix. */
  group: string;
  topics: readonly string[];
  /** Only these partitions (those of the metros served); all where left out. */
  partitions?: readonly number[];
  /**
   * The offset to begin at, asked once for each assignment of a partition, and again after `onBatch` threw
   * {@link Reassess}. Kafka's own group offset is never read; it is committed after each batch for lag tools only (P1).
   */
  startAt(topic: string, partition: number): Promise<number>;
  /**
   * Handles one batch. Throwing means: wait (backing off, up to some seconds) and hand over the same records again.
   * Throwing {@link StopPartition} stops that partition, with an alarm, until the subscription is restarted (P3).
   */
  onBatch(batch: RecordBatch): Promise<void>;
  /**
   * Asked after a small batch of a {@link SharedReading}: the next one is handed over once this resolves, so that more comes with it;
   * undefined: at once. Others do not wait for who gathers.
   */
  gather?(): Promise<void> | undefined;
  /** Most bytes and records fetched at a time; larger for rebuilds. */
  maxBytesPerPartition?: number;
  /** A silent consumer that is behind is restarted after this time (P9). Milliseconds, default 10,000. */
  silenceLimit?: number;
}

export interface PartitionStatus {
  topic: string;
  partition: number;
  /** Next offset to handle; undefined until it is known. */
  position: number | undefined;
  highWatermark: number | undefined;
  /** Why it stands still, if it does. */
  stopped?: string;
}

export interface Subscription {
  /** Assigned partitions as this member sees them: lag is `highWatermark - position`. */
  status(): PartitionStatus[];
  /** Resolves when the member has joined its group and got its assignment. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

export interface SharedOptions {
  /** Name of the consumer group, without prefix: one for all processes that share the same work. */
  group: string;
  partitions?: readonly number[];
  silenceLimit?: number;
  /** Milliseconds from what was handled to the next fetch, asked each time, so that more comes with it. Left out: none. */
  rest?(): number;
}

/**
 * Subscriptions that share one member of one group: a record is fetched once for all of them. Each has its own `startAt`,
 * position, back-off and stops, as if it were alone; `group` of its options only names it in the log.
 */
export interface SharedReading {
  /** Before `begin`, or later for topics that are read already; later ones for others get a member of their own. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Joins the group, for the topics of all who have subscribed. */
  begin(): void;
  /** Stops all of them. */
  stop(): Promise<void>;
}

/** The consumer asks for `startAt` again: its checkpoint was overtaken by another member or swapped. */
export class Reassess extends Error {
  override name = 'Reassess';
}

/** The partition cannot go on without a person: the log begins above the checkpoint, or ends below it. */
export class StopPartition extends Error {
  override name = 'StopPartition';
}

export class PublishFailed extends Error {
  override name = 'PublishFailed';
}

/** No schema has this id: the record that names it cannot be read, now or later. */
export class UnknownSchema extends Error {
  override name = 'UnknownSchema';
}

export interface TopicSettings {
  name: string;
  partitions: number;
  replicas?: number;
  config: Readonly<Record<string, string>>;
}

export interface TopicDrift {
  topic: string;
  /** What differs, in words: `missing`, `partitions 4, wanted 8`, `retention.ms 604800000, wanted -1`. */
  differences: string[];
}

export interface KafkaAdmin {
  /** What `apply` would change. */
  plan(wanted: readonly TopicSettings[]): Promise<TopicDrift[]>;
  /** Creates topics, adds partitions, sets configuration. Never removes anything. */
  apply(wanted: readonly TopicSettings[]): Promise<TopicDrift[]>;
  /** First and after-last offset of each partition. */
  offsets(topic: string): Promise<{ partition: number; low: number; high: number }[]>;
  groupOffsets(
    group: string,
    topics: readonly string[],
  ): Promise<{ topic: string; partition: number; offset: number }[]>;
  deleteTopics(topics: readonly string[]): Promise<void>;
}

export interface ReadOptions {
  topic: string;
  /** For each partition the first offset and the one after the last; partitions left out are not read. */
  ranges: ReadonlyMap<number, { from: number; to: number }>;
  onBatch(batch: RecordBatch): Promise<void>;
  maxBytesPerPartition?: number;
}

export interface Kafka {
  publisher(options?: {
    /** Milliseconds until a send counts as failed; default 30,000. */ timeout?: number;
  }): Publisher;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** For a process with many subscribers: they fetch together. */
  shared(options: SharedOptions): SharedReading;
  /** Reads a bounded part of the log without a lasting group: for rebuilds, verification, tailing, recovery. */
  read(options: ReadOptions): Promise<void>;
  /** The last record of each partition for which `mine` is true, searching backwards; partitions without one are absent. */
  lastRecords(topic: string, mine: (record: IncomingRecord) => boolean): Promise<Map<number, IncomingRecord>>;
  admin: KafkaAdmin;
  /** True while the brokers answer; for health. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface KafkaConfig {
  brokers: readonly string[];
  clientId: string;
  /** Put before every topic and group name, so that tests and drills share a cluster without meeting. */
  prefix?: string;
  /** Where warnings and errors go; a line on stderr each where left out. */
  log?: Log;
}

/** What of a pino logger is used here. */
export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** Confluent wire format over a registry, with everything it ever learnt kept on disk (K9). */
export interface SchemaRegistry {
  /** Registry id of the schema text of an event on a topic; registers it (FULL_TRANSITIVE, TopicRecordName) if it must. */
  idOf(topic: string, fullName: string, schemaText: string): Promise<number>;
  /** Writer's schema text for an id. Throws {@link UnknownSchema} when the registry answers that it has none. */
  textOf(id: number): Promise<string>;
  /** Problems that registering these would meet; empty when all are compatible. */
  check(
    schemas: readonly { topic: string; fullName: string; text: string }[],
  ): Promise<{ subject: string; problem: string }[]>;
  ping(): Promise<void>;
}
