import { setTimeout as pause } from 'node:timers/promises';
import { beginning } from '../beginning.ts';
import { ignore, messageOf } from '../deadline.ts';
import type { Link } from '../link.ts';
import { plenty } from '../member.ts';
import { backOffAfter, keyOf } from '../partition-state.ts';
import { read } from '../read.ts';
import { type IncomingRecord, Reassess, StopPartition, type SubscribeOptions } from '../types.ts';
import type { Slots } from './slots.ts';
import type { Subscriber } from './subscriber.ts';
import type { Tail } from './tail.ts';

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What a lane asks of the partition it belongs to. */
export interface Source extends Place {
  /** Resolves when it is known from where on the shared member reads. */
  readonly begun: Promise<Tail>;
  readonly highWatermark: number | undefined;
  /** What it holds on to may have changed. */
  moved(): void;
}

/** What a partition has to know of a lane. */
export interface Follower {
  /** Next offset to hand over; undefined until the checkpoint was loaded. */
  readonly position: number | undefined;
  /** Settles when the first answer of `startAt` is there, or none will come. */
  readonly known: Promise<void>;
  /** Neither closed nor stopped. */
  readonly live: boolean;
  /** Needs what lies at or above this offset of the tail; undefined where it needs nothing. */
  readonly needs: number | undefined;
  /** Others wait for it when the tail is full: it is neither failing, nor reading by itself, nor was left behind. */
  readonly holds: boolean;
  /** There are new records in the tail. */
  wake(): void;
  /** Others no longer wait for it, until it is through. */
  leaveBehind(): void;
  /** Resolves when the batch in hand is done, and a read of its own has ended. */
  close(): Promise<void>;
}

/** The lane's partition went elsewhere, or its subscriber left. */
class Closed extends Error {
  override name = 'Closed';
}

/**
 * One subscriber's way through one partition during one assignment of it: from `startAt` through the shared tail, in order,
 * at its own pace, failing and stopping alone. What the tail no longer has it reads by itself.
 */
export class Lane implements Follower {
  readonly #link: Link;
  readonly #options: SubscribeOptions;
  readonly #subscriber: Subscriber;
  readonly #key: string;
  readonly #source: Source;
  readonly #slots: Slots;
  readonly #closing = new AbortController();
  readonly #run: Promise<void>;
  #wake = () => {};
  #known = () => {};
  readonly known: Promise<void>;
  position: number | undefined;
  needs: number | undefined;
  holds = false;

  constructor(link: Link, subscriber: Subscriber, source: Source, slots: Slots) {
    this.#link = link;
    this.#subscriber = subscriber;
    this.#options = subscriber.options;
    this.#source = source;
    this.#slots = slots;
    this.#key = keyOf(source.topic, source.partition);
    this.known = new Promise((resolve) => {
      this.#known = resolve;
    });
    // What the assignment before left in hand first comes to its end, so that the checkpoint is the one after it.
    const before = subscriber.handling.get(this.#key) ?? Promise.resolve();
    this.#run = before.then(() => this.#go()).finally(() => this.#known());
  }

  get live(): boolean {
    return !this.#closing.signal.aborted && !this.#subscriber.stopped.has(this.#key);
  }

  wake(): void {
    this.#wake();
  }

  leaveBehind(): void {
    this.holds = false;
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#needs(undefined);
    this.#known();
    this.#wake();
    return this.#run;
  }

  #stop(reason: string): void {
    this.#subscriber.stopped.set(this.#key, reason);
    const { topic, partition } = this.#source;
    this.#link.log.error({ group: this.#options.group, topic, partition, reason }, 'partition stopped');
    this.#needs(undefined);
  }

  #needs(offset: number | undefined): void {
    this.needs = offset;
    if (offset === undefined) this.holds = false;
    this.#source.moved();
  }

  async #go(): Promise<void> {
    for (let failures = 0; this.live; ) {
      try {
        this.position ??= await this.#begin();
        if (this.position === undefined) return;
        const tail = await this.#source.begun;
        if (!this.live) return;
        if (this.position < tail.low) await this.#catchUp(this.position, tail.low);
        else await this.#follow(this.position, tail);
        failures = 0;
      } catch (error) {
        if (!this.live) return;
        if (error instanceof StopPartition) this.#stop(error.message);
        else if (error instanceof Reassess) {
          this.holds = false;
          this.position = undefined;
        } else
          await this.#backOff(++failures, error, 'reading what was missed failed, trying again').catch(
            ignore,
          );
      }
    }
  }

  async #begin(): Promise<number | undefined> {
    const start = await beginning(
      this.#link,
      this.#options,
      this.#source,
      () => this.live,
      this.#closing.signal,
    );
    if (start === undefined || !this.live) return undefined;
    if ('stop' in start) {
      this.#stop(start.stop);
      return undefined;
    }
    this.position = start.position;
    this.#known();
    return start.position;
  }

  async #follow(position: number, tail: Tail): Promise<void> {
    const records = tail.from(position);
    if (records.length > 0) {
      if (this.needs === undefined) this.holds = true;
      this.#needs(position);
      await this.#hand(records);
      if (records.length < plenty) await this.#gather(tail);
      return;
    }
    this.holds = true;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#needs(position);
    await woken;
  }

  /** Until it is time for more, or a full tail has no room for what others want. */
  async #gather(tail: Tail): Promise<void> {
    const gathered = this.live ? this.#options.gather?.() : undefined;
    if (!gathered) return;
    this.holds = false;
    this.#needs(this.position);
    const woken = new Promise<void>((resolve) => {
      this.#wake = () => {
        if (this.live && !tail.full) return;
        // At once, or those who do hold the tail have it trimmed.
        this.holds = this.live;
        resolve();
      };
    });
    await Promise.race([gathered, woken]);
    this.#wake = () => {};
    this.holds = this.live;
  }

  /** By a member of its own, while the tail is kept for it from there on if there is room. */
  async #catchUp(from: number, to: number): Promise<void> {
    this.holds = false;
    this.#needs(to);
    const free = await this.#slots.take();
    try {
      if (!this.live) return;
      await read(this.#link, {
        topic: this.#source.topic,
        ranges: new Map([[this.#source.partition, { from, to }]]),
        // Who fails may do so for long: it takes nobody's turn meanwhile.
        onBatch: ({ records }) => this.#hand(records, free),
      });
      this.position = Math.max(this.position ?? to, to);
    } finally {
      free();
    }
  }

  async #hand(records: readonly IncomingRecord[], onFailure = () => {}): Promise<void> {
    const { topic, partition, highWatermark } = this.#source;
    const next = (records.at(-1)?.offset ?? 0) + 1;
    const batch = {
      topic,
      partition,
      records,
      highWatermark: Math.max(highWatermark ?? 0, next),
      heartbeat: async () => {
        if (!this.live) throw new Closed(`${topic}/${partition} is no longer assigned to this member`);
      },
    };
    for (let failures = 1; ; failures++) {
      if (!this.live) throw new Closed(`${topic}/${partition} went elsewhere`);
      try {
        const handled = this.#options.onBatch(batch);
        this.#subscriber.handling.set(this.#key, handled.catch(ignore));
        await handled;
        this.position = next;
        return;
      } catch (error) {
        if (error instanceof StopPartition || error instanceof Reassess || !this.live) throw error;
        onFailure();
        await this.#backOff(failures, error, 'batch failed, trying again');
      }
    }
  }

  async #backOff(failures: number, error: unknown, what: string): Promise<void> {
    const delay = backOffAfter(failures);
    const { topic, partition } = this.#source;
    this.#link.log.warn(
      { group: this.#options.group, topic, partition, delay, error: messageOf(error) },
      what,
    );
    this.holds = false;
    this.#source.moved();
    await pause(delay, undefined, { signal: this.#closing.signal });
  }
}
