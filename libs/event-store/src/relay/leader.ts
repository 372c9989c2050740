import type { Kafka, Publisher, SchemaRegistry } from '@dabba/kafka';
import type { Client } from 'pg';
import { SchemaBook } from '../load/schema-book.ts';
import { rows } from '../postgres/query.ts';
import { type Comparison, compareWithKafka, type Sources } from './compare.ts';
import { advance, type Chunk, nothingAfter, readAfter, readCursor, storeCursor } from './log.ts';
import { recordsOf } from './records.ts';
import type { Signal } from './signal.ts';

export interface LeaderOptions {
  /** Holds the session lock; everything the leader does in the database goes through it (K5). */
  client: Client;
  store: Sources;
  kafka: Kafka;
  registry: SchemaRegistry;
  topics: readonly string[];
  signal: Signal;
  /** Waits so many milliseconds, or until the process stops; commits do not cut it short. */
  pause(milliseconds: number): Promise<void>;
  /** As of {@link RelayOptions}. */
  rest(): number;
  /** False once the lock may be gone or the process stops. */
  leading(): boolean;
  moved(cursor: number, head: number): void;
  behind(because: string | undefined): void;
  failed(error: unknown): void;
}

/** Milliseconds between looks where no signal comes. */
const slowPoll = 1000;
/** Milliseconds for which the cursor waits to be stored with the next look: a crash sends again what it passed (K3). */
const storeWithin = 200;

/** Relays until it no longer leads. Throws when its connection is lost. */
export async function lead(options: LeaderOptions): Promise<void> {
  const publisher = options.kafka.publisher();
  const pump = new Pump(options, publisher);
  try {
    for (let failures = 0; options.leading(); ) {
      try {
        await pump.run(() => {
          failures = 0;
        });
      } catch (error) {
        if (!options.leading()) return;
        if (isTimeout(error)) throw error;
        options.failed(error);
        failures += 1;
        await options.pause(Math.min(slowPoll, 50 * 2 ** failures));
      }
    }
  } finally {
    await publisher.close();
  }
}

/** The driver leaves such a connection open, though nothing can be said about it any more. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

class Pump {
  readonly #options: LeaderOptions;
  readonly #publisher: Publisher;
  readonly #schemas = new SchemaBook();
  #comparison: Comparison | undefined;

  constructor(options: LeaderOptions, publisher: Publisher) {
    this.#options = options;
    this.#publisher = publisher;
  }

  /** Goes on from the stored cursor until something fails. */
  async run(working: () => void): Promise<void> {
    const { client, signal, leading, moved } = this.#options;
    const published = await this.#agreeWithKafka();
    let stored = await readCursor(client);
    let chunk = await readAfter(client, stored);
    while (leading()) {
      const { rows: found, last, full } = chunk;
      moved(found[0] ? found[0].position - 1 : last, last);
      if (full) {
        chunk = await this.#relayAndRead(chunk, published);
        stored = last;
        working();
        continue;
      }
      if (found.length > 0) await this.#publish(chunk, published);
      moved(last, last);
      working();
      const rest = found.length > 0 ? this.#options.rest() : 0;
      if (rest > 0) await this.#options.pause(rest);
      const rung = await signal.sleep(stored < last ? storeWithin : slowPoll);
      if (stored === last) {
        if (leading()) chunk = await readAfter(client, last);
      } else if (rung && leading()) {
        chunk = await advance(client, last);
      } else {
        await storeCursor(client, last);
        chunk = nothingAfter(last);
      }
      stored = last;
    }
  }

  /** A long backlog is read on while Kafka answers. */
  async #relayAndRead(chunk: Chunk, published: ReadonlyMap<string, number>): Promise<Chunk> {
    const { client } = this.#options;
    const [next] = await Promise.all([readAfter(client, chunk.last), this.#publish(chunk, published)]);
    await storeCursor(client, chunk.last);
    return next;
  }

  async #publish(chunk: Chunk, published: ReadonlyMap<string, number>): Promise<void> {
    const { client, registry, store } = this.#options;
    const translator = { registry, schemas: this.#schemas, source: store.source };
    const { records, spans } = await recordsOf(client, translator, chunk.rows, published);
    try {
      if (records.length > 0) await this.#publisher.publish(records);
    } finally {
      for (const span of spans) span.end();
    }
  }

  /** Once for each leadership, and until it is so: Kafka holds nothing that the store lost (K6). */
  async #agreeWithKafka(): Promise<ReadonlyMap<string, number>> {
    const { client, kafka, topics, store, pause, leading, behind } = this.#options;
    while (leading() && (this.#comparison === undefined || this.#comparison.behind !== undefined)) {
      this.#comparison = await compareWithKafka(client, kafka, topics, store);
      await rows(client, {
        text: 'update dabba.relay_cursor set recover = $1 where recover is distinct from $1',
        values: [this.#comparison.behind ?? null],
      });
      behind(this.#comparison.behind);
      if (this.#comparison.behind !== undefined) await pause(slowPoll);
    }
    return this.#comparison?.published ?? new Map();
  }
}
