import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingRecord } from '../types.ts';
import type { Follower, Source } from './lane.ts';
import type { Subscriber } from './subscriber.ts';
import { Tail } from './tail.ts';

/** Subscribers that answer later than this where they begin read what they missed by themselves. Milliseconds. */
const checkpointPatience = 1_000;
/** Of the foremost subscriber: whose distance is larger reads by itself up to where the others are. Records. */
const near = 5_000;
/** What was fetched is handled before more is, so that a stream comes in batches; not by those slower than this. Milliseconds. */
const handlingPatience = 50;
/** A full tail waits for those that hold it, before its partition is paused. Milliseconds. */
const roomPatience = 250;
/** Others wait for a slow subscriber so long in all until it is left behind. Milliseconds. */
export const slowLimit = 5_000;

/** One partition of the shared member during one assignment: its tail and a lane for each subscriber. */
export class SharedPartition implements Source {
  readonly topic: string;
  readonly partition: number;
  readonly lanes = new Map<Subscriber, Follower>();
  readonly begun: Promise<Tail>;
  highWatermark: number | undefined;
  #begin: (tail: Tail) => void = () => {};
  #tail: Tail | undefined;
  readonly #waiting = new Set<() => void>();
  #held = 0;
  #heldSince: number | undefined;
  #slow: NodeJS.Timeout | undefined;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Where the shared member is to read: as far back as subscribers stand that are not too far apart. */
  async start(end: () => Promise<number>): Promise<number> {
    const lanes = [...this.lanes.values()];
    const known = lanes.map((lane) => lane.known);
    const all = Promise.all(known);
    await Promise.race([all, Promise.race(known).then(() => pause(checkpointPatience))]);
    let positions = lanes.flatMap(({ live, position }) => (live && position !== undefined ? [position] : []));
    if (positions.length === 0) {
      await all;
      positions = lanes.flatMap(({ live, position }) => (live && position !== undefined ? [position] : []));
    }
    // With all of them stopped there is nobody to read for, and later ones read by themselves what they miss.
    const foremost = positions.length > 0 ? Math.max(...positions) : await end();
    const from = Math.min(foremost, ...positions.filter((position) => position >= foremost - near));
    this.#tail = new Tail(from);
    this.#begin(this.#tail);
    return from;
  }

  /** Gives records to all who want them; resolves when more may be fetched. */
  async feed(records: readonly IncomingRecord[], highWatermark: number): Promise<void> {
    const tail = this.#tail;
    if (!tail) return;
    tail.add(records);
    this.highWatermark = highWatermark;
    for (const lane of this.lanes.values()) lane.wake();
    await this.#until(() => !this.#busy(), handlingPatience);
    if (tail.full) await this.#until(() => !tail.full, roomPatience);
  }

  /** Settles when there is room again; undefined where there is. */
  room(): Promise<void> | undefined {
    return this.#tail?.full ? this.#until(() => !this.#tail?.full) : undefined;
  }

  moved(): void {
    const tail = this.#tail;
    if (!tail) return;
    const lanes = [...this.lanes.values()];
    tail.trim(least(lanes));
    if (tail.full) tail.trim(least(lanes.filter(({ holds }) => holds)));
    this.#clock(tail);
    for (const look of [...this.#waiting]) look();
  }

  /** The least of all subscribers' positions; undefined where one is not known. */
  handled(reached: number | undefined): number | undefined {
    let least = reached;
    for (const subscriber of this.lanes.keys()) {
      const position = this.positionOf(subscriber, reached);
      if (position === undefined || least === undefined) return undefined;
      least = Math.min(least, position);
    }
    return least;
  }

  /** @param reached of the shared member: behind the last record there may be offsets without one */
  positionOf(subscriber: Subscriber, reached: number | undefined): number | undefined {
    const position = this.lanes.get(subscriber)?.position;
    const through = position !== undefined && position === this.#tail?.next;
    return through ? Math.max(position, reached ?? 0) : position;
  }

  close(): void {
    clearTimeout(this.#slow);
    this.#begin(new Tail(0));
    this.#tail = undefined;
    for (const look of [...this.#waiting]) look();
  }

  #busy(): boolean {
    const next = this.#tail?.next ?? 0;
    return [...this.lanes.values()].some(({ holds, needs }) => holds && needs !== undefined && needs < next);
  }

  /** Counts how long the tail was full, until all who hold it are through. */
  #clock(tail: Tail): void {
    if (!tail.full) {
      if (this.#heldSince !== undefined) this.#held += performance.now() - this.#heldSince;
      this.#heldSince = undefined;
      clearTimeout(this.#slow);
      if (!this.#busy()) this.#held = 0;
    } else if (this.#heldSince === undefined) {
      this.#heldSince = performance.now();
      this.#slow = setTimeout(() => this.#leaveBehind(tail), Math.max(0, slowLimit - this.#held));
    }
  }

  /** Those that others have been waiting for. Where all have something to do nobody waits. */
  #leaveBehind(tail: Tail): void {
    const holding = [...this.lanes.values()].filter(({ holds }) => holds);
    this.#held = 0;
    this.#heldSince = undefined;
    if (holding.some(({ needs }) => needs === tail.next))
      for (const lane of holding) if (lane.needs !== tail.next) lane.leaveBehind();
    this.moved();
  }

  #until(there: () => boolean, patience?: number): Promise<void> {
    if (there()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (there()) done();
      };
      const late = patience === undefined ? undefined : setTimeout(done, patience);
      this.#waiting.add(look);
    });
  }
}

function least(lanes: readonly Follower[]): number {
  return Math.min(...lanes.map(({ needs }) => needs ?? Number.POSITIVE_INFINITY));
}
