import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { assignerOf } from './assigner.ts';
import { ignore } from './deadline.ts';
import { heartbeatInterval } from './hand-over.ts';
import { incomingOf } from './incoming.ts';
import type { Link } from './link.ts';
import { logRanges, outOfLog } from './log-range.ts';
import { type ReadOptions, StopPartition } from './types.ts';

/** No progress for this long is an error: a short read must never pass for a whole one. Milliseconds. */
const stallLimit = 30_000;

/**
 * Reads each range once with a group of its own that is deleted afterwards.
 * @throws StopPartition when the log does not hold a range, what `onBatch` threw, or an error when nothing more comes
 */
export async function read(link: Link, options: ReadOptions): Promise<void> {
  // Copies: `from` moves along while reading, and the caller's ranges are the caller's.
  const pending = new Map(
    [...options.ranges].flatMap(([partition, { from, to }]) =>
      from < to ? [[partition, { from, to }] as const] : [],
    ),
  );
  if (pending.size === 0) return;
  const topic = link.names.outer(options.topic);
  const ranges = await logRanges(link.admin, topic);
  for (const [partition, { from, to }] of pending) {
    const reason = outOfLog(from, ranges.get(partition)) ?? outOfLog(to, ranges.get(partition));
    if (reason !== undefined) throw new StopPartition(`${options.topic}/${partition}: ${reason}`);
  }
  const groupId = link.names.outer(`read-${randomUUID()}`);
  const perPartition = options.maxBytesPerPartition ?? 1_048_576;
  const consumer = link.client.consumer({
    groupId,
    partitionAssigners: [assignerOf([...pending.keys()])],
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: perPartition,
    maxBytes: Math.max(10_485_760, 8 * perPartition),
    allowAutoTopicCreation: false,
    retry: link.retry,
  });
  try {
    await new BoundedRead(consumer, topic, pending, options).run();
  } finally {
    await consumer.disconnect().catch(ignore);
    await link.admin.ask('deleting a group', (admin) => admin.deleteGroups([groupId])).catch(ignore);
  }
}

class BoundedRead {
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #options: ReadOptions;
  /** Partition → what is left of it. */
  readonly #left: Map<number, { from: number; to: number }>;
  #failed: { error: unknown } | undefined;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #stall: NodeJS.Timeout | undefined;

  constructor(
    consumer: Consumer,
    topic: string,
    left: Map<number, { from: number; to: number }>,
    options: ReadOptions,
  ) {
    this.#consumer = consumer;
    this.#topic = topic;
    this.#left = left;
    this.#options = options;
  }

  async run(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, () => this.#seek());
    this.#consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) this.#fail(payload.error);
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#passed(payload.partition, Number(payload.lastOffset) + 1);
    });
    this.#alive();
    const starting = this.#start();
    try {
      await Promise.race([starting, done]);
      await done;
    } finally {
      clearTimeout(this.#stall);
      // kafkajs does not hear a stop while it joins.
      void starting.catch(ignore).then(() => this.#consumer.disconnect().catch(ignore));
    }
  }

  async #start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  #seek(): void {
    for (const [partition, { from }] of this.#left) {
      this.#consumer.seek({ topic: this.#topic, partition, offset: String(from) });
    }
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const left = this.#left.get(batch.partition);
    if (!left || this.#failed || isStale()) return;
    this.#alive();
    const records = incomingOf(batch, this.#options.topic, left.from, left.to - 1);
    if (Number(batch.messages[0]?.offset) < left.from && records.length === 0) {
      // kafkajs reset itself: the log was cut below what is still to be read.
      return this.#broken(new StopPartition(`${this.#options.topic}/${batch.partition}: the log was cut`));
    }
    const highWatermark = Number(batch.highWatermark);
    if (records.length > 0) {
      const beating = setInterval(() => void heartbeat().catch(ignore), heartbeatInterval);
      clearTimeout(this.#stall);
      try {
        const { topic } = this.#options;
        await this.#options.onBatch({ topic, partition: batch.partition, records, highWatermark, heartbeat });
      } catch (error) {
        return this.#broken(error);
      } finally {
        clearInterval(beating);
      }
    }
    const last = batch.messages.at(-1);
    if (last) resolveOffset(last.offset);
    this.#passed(batch.partition, Number(batch.lastOffset()) + 1);
  }

  #broken(error: unknown): void {
    this.#failed ??= { error };
    this.#fail(error);
  }

  #passed(partition: number, position: number): void {
    this.#alive();
    const left = this.#left.get(partition);
    if (!left || position <= left.from) return;
    left.from = position;
    if (position < left.to) return;
    this.#left.delete(partition);
    this.#consumer.pause([{ topic: this.#topic, partitions: [partition] }]);
    if (this.#left.size === 0) this.#finish();
  }

  #alive(): void {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(
      () => this.#broken(new Error(`Reading ${this.#topic}: nothing came for ${stallLimit} ms`)),
      stallLimit,
    );
  }
}
