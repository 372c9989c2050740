import { setTimeout as pause } from 'node:timers/promises';
import { ignore, messageOf, within } from '../deadline.ts';
import type { Link } from '../link.ts';
import { logRanges } from '../log-range.ts';
import { keyOf } from '../partition-state.ts';
import { KafkajsSubscription } from '../subscription.ts';
import type {
  PartitionStatus,
  SharedOptions,
  SharedReading,
  SubscribeOptions,
  Subscription,
} from '../types.ts';
import { Lane } from './lane.ts';
import { SharedPartition } from './shared-partition.ts';
import { Slots } from './slots.ts';
import type { Subscriber } from './subscriber.ts';

const stopPatience = 10_000;
/** Milliseconds between looks at what is handled, for lag tools. */
const commitEvery = 1_000;
/** Milliseconds between questions which topics there are, while Kafka does not answer. */
const askAgain = 1_000;
/** Handing over is cheap, the lanes do the work: no batch of a fetch waits until others have rested. */
const sideBySide = 64;
/** Members that read for one subscriber each, at a time. */
const readsAside = 4;

/** One member of one group reads for all subscribers of a process; each goes its own way through what was fetched. */
export class SharedMember implements SharedReading {
  readonly #link: Link;
  readonly #options: SharedOptions;
  readonly #subscribers = new Set<Subscriber>();
  readonly #partitions = new Map<string, SharedPartition>();
  readonly #slots = new Slots(readsAside);
  /** Of subscribers who came too late for the topics they want, or want one that does not exist yet. */
  readonly #others = new Set<Subscription>();
  readonly #stopping = new AbortController();
  readonly #ready: Promise<void>;
  #began: (ready: Promise<void>) => void = () => {};
  #topics: ReadonlySet<string> = new Set();
  #begun = false;
  #reading: KafkajsSubscription | undefined;
  #committing: NodeJS.Timeout | undefined;
  #committed = new Map<string, number>();

  constructor(link: Link, options: SharedOptions) {
    this.#link = link;
    this.#options = options;
    this.#ready = new Promise((resolve) => {
      this.#began = resolve;
    });
    this.#ready.catch(ignore);
  }

  readonly subscribe = async (options: SubscribeOptions): Promise<Subscription> => {
    if (this.#reading && options.topics.some((topic) => !this.#topics.has(topic)))
      return this.#alone(options);
    const subscriber: Subscriber = { options, stopped: new Map(), handling: new Map() };
    this.#subscribers.add(subscriber);
    for (const partition of this.#partitions.values()) this.#join(subscriber, partition);
    const ready = this.#ready.then(() => subscriber.alone?.ready);
    ready.catch(ignore);
    return {
      ready,
      status: () => subscriber.alone?.status() ?? this.#statusOf(subscriber),
      stop: () => subscriber.alone?.stop() ?? this.#leave(subscriber),
    };
  };

  #alone(options: SubscribeOptions): Subscription {
    const subscription = new KafkajsSubscription(this.#link, options);
    this.#others.add(subscription);
    return subscription;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.#begin().catch(ignore);
  }

  /** Who wants a topic that does not exist waits for it alone: a member that wants it would read none of the others. */
  async #begin(): Promise<void> {
    const existing = await this.#existing();
    for (const subscriber of this.#subscribers) {
      if (subscriber.options.topics.every((topic) => existing.has(this.#link.names.outer(topic)))) continue;
      this.#subscribers.delete(subscriber);
      subscriber.alone = this.#alone(subscriber.options);
    }
    this.#topics = new Set([...this.#subscribers].flatMap(({ options }) => options.topics));
    if (this.#topics.size === 0) return this.#began(Promise.resolve());
    this.#reading = new KafkajsSubscription(this.#link, {
      ...this.#options,
      topics: [...this.#topics],
      startAt: (topic, partition) => this.#startAt(topic, partition),
      onBatch: async ({ topic, partition, records, highWatermark }) =>
        this.#partitions.get(keyOf(topic, partition))?.feed(records, highWatermark),
      room: (topic, partition) => this.#partitions.get(keyOf(topic, partition))?.room(),
      onAssigned: () => void Promise.all(this.#closeAll()),
      sideBySide,
      commits: false,
    });
    this.#began(this.#reading.ready);
    this.#committing = setInterval(() => this.#commit(), commitEvery);
    this.#committing.unref();
  }

  /** Names of topics as Kafka knows them, as soon as it answers. @throws when it is stopped before */
  async #existing(): Promise<ReadonlySet<string>> {
    for (;;) {
      this.#stopping.signal.throwIfAborted();
      try {
        const names = await this.#link.admin.ask('topics', (admin) => admin.listTopics());
        this.#stopping.signal.throwIfAborted();
        return new Set(names);
      } catch (error) {
        this.#stopping.signal.throwIfAborted();
        this.#link.log.warn({ group: this.#options.group, error: messageOf(error) }, 'Kafka is waited for');
        await pause(askAgain, undefined, { signal: this.#stopping.signal });
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#committing);
    this.#subscribers.clear();
    const over = Promise.all(this.#closeAll());
    await Promise.all([
      this.#reading?.stop(),
      ...[...this.#others].map((subscription) => subscription.stop()),
      within(stopPatience, 'Ending the batches in hand', over).catch(ignore),
    ]);
  }

  /** Once for each assignment of a partition, and again when its answer could not be compared with the log. */
  async #startAt(topic: string, partition: number): Promise<number> {
    const key = keyOf(topic, partition);
    const before = this.#partitions.get(key);
    if (before) void Promise.all(this.#close(before));
    const place = new SharedPartition(topic, partition);
    this.#partitions.set(key, place);
    for (const subscriber of this.#subscribers) this.#join(subscriber, place);
    return place.start(async () => {
      const range = (await logRanges(this.#link.admin, this.#link.names.outer(topic))).get(partition);
      return range?.high ?? 0;
    });
  }

  #join(subscriber: Subscriber, place: SharedPartition): void {
    if (subscriber.options.topics.includes(place.topic))
      place.lanes.set(subscriber, new Lane(this.#link, subscriber, place, this.#slots));
  }

  #closeAll(): Promise<void>[] {
    const places = [...this.#partitions.values()];
    this.#partitions.clear();
    return places.flatMap((place) => this.#close(place));
  }

  #close(place: SharedPartition): Promise<void>[] {
    const over = [...place.lanes.values()].map((lane) => lane.close());
    place.close();
    return over;
  }

  async #leave(subscriber: Subscriber): Promise<void> {
    this.#subscribers.delete(subscriber);
    const over: Promise<void>[] = [];
    for (const { lanes } of this.#partitions.values()) {
      const lane = lanes.get(subscriber);
      lanes.delete(subscriber);
      if (lane) over.push(lane.close());
    }
    await within(stopPatience, 'Ending the batches in hand', Promise.all(over)).catch(ignore);
    if (this.#subscribers.size === 0) await this.#reading?.stop();
  }

  #statusOf(subscriber: Subscriber): PartitionStatus[] {
    const assigned = this.#reading?.status() ?? [];
    return assigned.flatMap(({ topic, partition, position: reached, ...rest }) => {
      if (!subscriber.options.topics.includes(topic)) return [];
      const key = keyOf(topic, partition);
      const position = this.#partitions.get(key)?.positionOf(subscriber, reached);
      const stopped = subscriber.stopped.get(key) ?? rest.stopped;
      const seen = { topic, partition, position, highWatermark: rest.highWatermark };
      return [stopped === undefined ? seen : { ...seen, stopped }];
    });
  }

  /** The slowest subscriber's position is what the group shows. */
  #commit(): void {
    const offsets = (this.#reading?.status() ?? []).flatMap(({ topic, partition, position: reached }) => {
      const position = this.#partitions.get(keyOf(topic, partition))?.handled(reached);
      return position === undefined ? [] : [{ topic, partition, position }];
    });
    const moved = offsets.filter(
      ({ topic, partition, position }) => this.#committed.get(keyOf(topic, partition)) !== position,
    );
    this.#committed = new Map(
      offsets.map(({ topic, partition, position }) => [keyOf(topic, partition), position]),
    );
    this.#reading?.commit(moved);
  }
}
