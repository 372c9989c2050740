import { type TopicName, topicOf } from '@dabba/contracts';
import {
  type IncomingRecord,
  type Kafka,
  type OutgoingRecord,
  Reassess,
  type RecordBatch,
  type SubscribeOptions,
} from '@dabba/kafka';

/** One consumer of a {@link MemoryLog}; takes records only when the test says so. */
export interface Member {
  /** Handles up to `count` records of a partition in one batch. Throws what the consumer throws. */
  deliver(topic: TopicName, partition?: number, count?: number): Promise<void>;
  /** The same to the end, in batches of `size`, asking for the checkpoint again where it must. */
  drain(topic: TopicName, partition?: number, size?: number): Promise<void>;
  /** As at a new assignment. */
  assign(topic: TopicName, partition?: number): Promise<number>;
}

/** Kafka's port over lists in memory, so that a test decides which member sees what and when. */
export interface MemoryLog {
  kafka: Kafka;
  append(records: readonly OutgoingRecord[], gap?: number): void;
  /** Members in the order they subscribed. */
  members: Member[];
}

export function memoryLog(): MemoryLog {
  const logs = new Map<string, IncomingRecord[]>();
  const members: Member[] = [];
  const logOf = (topic: string, partition: number) => {
    const place = `${topic}/${partition}`;
    const log = logs.get(place) ?? [];
    logs.set(place, log);
    return log;
  };
  const endOf = (topic: string, partition: number) => (logOf(topic, partition).at(-1)?.offset ?? -1) + 1;
  const batchOf = (topic: string, partition: number, records: IncomingRecord[]): RecordBatch => ({
    topic,
    partition,
    records,
    highWatermark: endOf(topic, partition),
    heartbeat: async () => {},
  });
  const absent = () => Promise.reject(new Error('not in a memory log'));

  return {
    members,
    append(records, gap = 0) {
      for (const record of records) {
        const { topic, partition } = record;
        const offset = endOf(topic, partition) + gap;
        logOf(topic, partition).push({ ...record, offset, timestamp: 0 });
      }
    },
    kafka: {
      async subscribe(options) {
        members.push(memberOf(options, logOf, endOf, batchOf));
        return { ready: Promise.resolve(), status: () => [], stop: async () => {} };
      },
      shared() {
        throw new Error('not in a memory log');
      },
      async read({ topic, ranges, onBatch }) {
        await Promise.all(
          [...ranges].map(async ([partition, { from, to }]) => {
            const records = logOf(topic, partition).filter(({ offset }) => offset >= from && offset < to);
            for (let at = 0; at < records.length; at += 7)
              await onBatch(batchOf(topic, partition, records.slice(at, at + 7)));
          }),
        );
      },
      publisher: () => ({ publish: absent, close: async () => {} }),
      lastRecords: absent,
      admin: { plan: absent, apply: absent, offsets: absent, groupOffsets: absent, deleteTopics: absent },
      ping: async () => {},
      close: async () => {},
    },
  };
}

function memberOf(
  { startAt, onBatch }: SubscribeOptions,
  logOf: (topic: string, partition: number) => IncomingRecord[],
  endOf: (topic: string, partition: number) => number,
  batchOf: (topic: string, partition: number, records: IncomingRecord[]) => RecordBatch,
): Member {
  const at = new Map<string, number>();
  const member: Member = {
    async assign(topic, partition = 0) {
      const next = await startAt(topicOf(topic).name, partition);
      at.set(`${topic}/${partition}`, next);
      return next;
    },
    async deliver(topic, partition = 0, count = Number.POSITIVE_INFINITY) {
      const place = `${topic}/${partition}`;
      const from = at.get(place) ?? (await member.assign(topic, partition));
      const records = logOf(topic, partition).filter(({ offset }) => offset >= from);
      const some = records.slice(0, count);
      if (some.length === 0) return;
      try {
        await onBatch(batchOf(topic, partition, some));
        at.set(place, (some.at(-1)?.offset ?? 0) + 1);
      } catch (error) {
        if (error instanceof Reassess) at.delete(place);
        throw error;
      }
    },
    async drain(topic, partition = 0, size = 100) {
      while ((at.get(`${topic}/${partition}`) ?? 0) < endOf(topic, partition)) {
        await member.deliver(topic, partition, size).catch((error: unknown) => {
          if (!(error instanceof Reassess)) throw error;
        });
      }
    },
  };
  return member;
}
