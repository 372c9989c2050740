import type { Consumer, TopicPartitionOffset } from 'kafkajs';
import { ignore } from './deadline.ts';
import { keyOf } from './partition-state.ts';

/** Group offsets, for lag tools only: at most one commit under way, the newest of each partition in the next. */
export class OffsetCommits {
  readonly #consumer: Consumer;
  #next = new Map<string, TopicPartitionOffset>();
  #running = false;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  add(offset: TopicPartitionOffset): void {
    this.#next.set(keyOf(offset.topic, offset.partition), offset);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#next.size > 0) {
      const offsets = [...this.#next.values()];
      this.#next = new Map();
      await this.#consumer.commitOffsets(offsets).catch(ignore);
    }
    this.#running = false;
  }
}
