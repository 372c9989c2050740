import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { assignerOf } from './assigner.ts';
import { type Beginning, beginning } from './beginning.ts';
import { ignore, messageOf } from './deadline.ts';
import { handOver, heartbeatInterval } from './hand-over.ts';
import { incomingOf } from './incoming.ts';
import type { Link } from './link.ts';
import { logRanges } from './log-range.ts';
import { misfit } from './misfit.ts';
import { OffsetCommits } from './offset-commits.ts';
import { backOffAfter, keyOf, newState, type PartitionState } from './partition-state.ts';
import {
  type IncomingRecord,
  Reassess,
  type SharedOptions,
  StopPartition,
  type SubscribeOptions,
} from './types.ts';

/** How long a batch waits for its checkpoint before it is let go and fetched again. */
const checkpointPatience = 250;
/** Records of a fetch behind which there are more: nothing has to be waited for. */
export const plenty = 200;

export interface MemberEvents {
  joined(): void;
  /** kafkajs gave up and will not start again by itself. */
  crashed(error: Error): void;
}

export interface MemberOptions extends SubscribeOptions {
  /** There is a new assignment; `startAt` is asked for its partitions next. */
  onAssigned?(): void;
  /** Asked after each batch: settles when the next is wanted, undefined where it is. */
  room?(topic: string, partition: number): Promise<void> | undefined;
  rest?: SharedOptions['rest'];
  /** Partitions whose batches are handed over at a time; the others of the fetch wait for them. Default 8. */
  sideBySide?: number;
  /** False: offsets are committed by {@link Member.commit} only. */
  commits?: boolean;
}

/** One kafkajs consumer, from its start to its end. A subscription replaces it when it crashes or falls silent. */
export class Member {
  readonly #link: Link;
  readonly #options: MemberOptions;
  /** Partition → why it is stopped; outlives the member. */
  readonly #stopped: Map<string, string>;
  readonly #events: MemberEvents;
  readonly #consumer: Consumer;
  readonly #commits: OffsetCommits;
  #states = new Map<string, PartitionState>();
  #assessments = new Map<PartitionState, Promise<void>>();
  /** Under way from the start of kafkajs' loop, or its restart, until it reads. */
  #joining: Promise<void> | undefined;
  #rejoined = () => {};
  #retired = false;
  /** Between two groups of kafkajs there is nothing to pause, resume or seek in, and it throws. */
  #reading = false;
  joined = false;

  constructor(link: Link, options: MemberOptions, stopped: Map<string, string>, events: MemberEvents) {
    this.#link = link;
    this.#options = options;
    this.#stopped = stopped;
    this.#events = events;
    const perPartition = options.maxBytesPerPartition ?? 1_048_576;
    this.#consumer = link.client.consumer({
      groupId: link.names.outer(options.group),
      partitionAssigners: [assignerOf(options.partitions)],
      sessionTimeout: 10_000,
      rebalanceTimeout: 30_000,
      heartbeatInterval,
      minBytes: 1,
      maxWaitTimeInMs: 500,
      maxBytesPerPartition: perPartition,
      maxBytes: Math.max(10_485_760, 4 * perPartition),
      allowAutoTopicCreation: false,
      retry: { ...link.retry, restartOnFailure: async () => !this.#retired },
    });
    this.#commits = new OffsetCommits(this.#consumer);
  }

  async start(): Promise<void> {
    const { GROUP_JOIN, STOP, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, (event) => this.#assigned(event));
    this.#consumer.on(STOP, () => {
      this.#reading = false;
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#rejoined();
      if (payload.restart) {
        this.#joining = new Promise((resolve) => {
          this.#rejoined = resolve;
        });
      } else if (!this.#retired) this.#events.crashed(payload.error);
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#passed(payload.topic, payload.partition, Number(payload.lastOffset));
    });
    await this.#consumer.connect();
    const topics = this.#options.topics.map((topic) => this.#link.names.outer(topic));
    await this.#consumer.subscribe({ topics, fromBeginning: true });
    if (this.#retired) return;
    this.#joining = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#options.sideBySide ?? 8,
      eachBatch: async (payload) => {
        await this.#eachBatch(payload);
        const rest = this.#options.rest?.() ?? 0;
        if (rest > 0 && payload.batch.messages.length < plenty) await pause(rest);
      },
    });
    await this.#joining;
  }

  /** Lets the batches in hand finish, then leaves the group. */
  async stop(): Promise<void> {
    this.#retired = true;
    for (const { backOff } of this.#states.values()) clearTimeout(backOff);
    // kafkajs forgets a consumer that is stopped while it joins: it would stay a member that reads nothing.
    if (this.#joining) await this.#joining.catch(ignore);
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#consumer.stop().catch(ignore);
    await this.#consumer.disconnect().catch(ignore);
  }

  states(): PartitionState[] {
    return [...this.#states.values()];
  }

  stopPartition(state: PartitionState, reason: string): void {
    if (!this.#owns(state) || state.stopped !== undefined) return;
    state.stopped = reason;
    this.#stopped.set(keyOf(state.topic, state.partition), reason);
    this.#consumer.pause([this.#outer(state)]);
    const { topic, partition } = state;
    this.#link.log.error({ group: this.#options.group, topic, partition, reason }, 'partition stopped');
  }

  #owns(state: PartitionState): boolean {
    return this.#reading && !this.#retired && this.#states.get(keyOf(state.topic, state.partition)) === state;
  }

  #outer(state: PartitionState): { topic: string; partitions: number[] } {
    return { topic: this.#link.names.outer(state.topic), partitions: [state.partition] };
  }

  #assigned({ payload }: ConsumerGroupJoinEvent): void {
    for (const { backOff } of this.#states.values()) clearTimeout(backOff);
    this.#states = new Map();
    this.#assessments = new Map();
    this.#reading = true;
    this.#options.onAssigned?.();
    for (const [outer, partitions] of Object.entries(payload.memberAssignment)) {
      const topic = this.#link.names.inner(outer);
      for (const partition of partitions) {
        const key = keyOf(topic, partition);
        const state = newState(topic, partition, this.#stopped.get(key));
        this.#states.set(key, state);
        if (state.stopped === undefined) {
          this.#consumer.resume([{ topic: outer, partitions: [partition] }]);
          this.#assess(state);
        } else this.#consumer.pause([{ topic: outer, partitions: [partition] }]);
      }
    }
    this.joined = true;
    // Only then is it running for kafkajs.
    setImmediate(this.#rejoined);
    this.#events.joined();
  }

  #assess(state: PartitionState): void {
    state.position = undefined;
    state.begun = false;
    state.failedUpTo = undefined;
    const found = beginning(this.#link, this.#options, state, () => this.#owns(state));
    this.#assessments.set(
      state,
      found.then((start) => this.#begin(state, start)),
    );
  }

  #begin(state: PartitionState, start: Beginning | undefined): void {
    if (start === undefined || !this.#owns(state)) return;
    state.highWatermark = start.highWatermark;
    if ('stop' in start) {
      this.stopPartition(state, start.stop);
      return;
    }
    state.position = start.position;
    const topic = this.#link.names.outer(state.topic);
    this.#consumer.seek({ topic, partition: state.partition, offset: String(start.position) });
    this.#consumer.resume([this.#outer(state)]);
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, isStale } = payload;
    const state = this.#states.get(keyOf(this.#link.names.inner(batch.topic), batch.partition));
    if (!state || !this.#owns(state) || state.stopped !== undefined) return;
    if (state.position === undefined)
      await Promise.race([this.#assessments.get(state), pause(checkpointPatience)]);
    if (!this.#owns(state) || state.stopped !== undefined || isStale()) return;
    if (state.position === undefined) {
      // The assessment resumes it; until then the other partitions go on.
      this.#consumer.pause([this.#outer(state)]);
      return;
    }
    const begin = state.position;
    const first = Number(batch.messages[0]?.offset);
    if (first !== begin && !(await this.#fits(state, begin, first))) return;
    const records = incomingOf(batch, state.topic, begin, state.failedUpTo);
    state.highWatermark = Number(batch.highWatermark);
    const last = records.at(-1);
    if (last === undefined) {
      this.#consumer.seek({ topic: batch.topic, partition: batch.partition, offset: String(begin) });
      return;
    }
    await this.#hand(state, payload, records, last.offset);
  }

  async #fits(state: PartitionState, position: number, first: number): Promise<boolean> {
    const ranges = await logRanges(this.#link.admin, this.#link.names.outer(state.topic));
    const reason = misfit(ranges.get(state.partition), { position, begun: state.begun }, first);
    if (reason !== undefined) this.stopPartition(state, reason);
    return reason === undefined && this.#owns(state);
  }

  async #hand(
    state: PartitionState,
    payload: EachBatchPayload,
    records: readonly IncomingRecord[],
    last: number,
  ): Promise<void> {
    const failure = await handOver(this.#options, state, payload, records, () => this.#owns(state));
    if (failure) {
      if (this.#owns(state)) this.#failed(state, failure.error, last);
      return;
    }
    payload.resolveOffset(String(last));
    state.position = Math.max(last, endOf(payload, last)) + 1;
    state.begun = true;
    state.failures = 0;
    state.failedUpTo = undefined;
    if (this.#options.commits !== false) this.commit(state.topic, state.partition, state.position);
    const room = this.#options.room?.(state.topic, state.partition);
    if (room) this.#hold(state, room);
  }

  commit(topic: string, partition: number, position: number): void {
    this.#commits.add({ topic: this.#link.names.outer(topic), partition, offset: String(position) });
  }

  #hold(state: PartitionState, room: Promise<void>): void {
    if (!this.#owns(state)) return;
    state.held = true;
    this.#consumer.pause([this.#outer(state)]);
    void room.then(() => {
      state.held = false;
      if (this.#owns(state) && state.stopped === undefined) this.#consumer.resume([this.#outer(state)]);
    });
  }

  #failed(state: PartitionState, error: unknown, last: number): void {
    if (error instanceof StopPartition) this.stopPartition(state, error.message);
    else if (error instanceof Reassess) this.#assess(state);
    else this.#backOff(state, error, last);
  }

  #backOff(state: PartitionState, error: unknown, last: number): void {
    state.failures++;
    state.failedUpTo = last;
    const delay = backOffAfter(state.failures);
    const { topic, partition } = state;
    this.#link.log.warn(
      { group: this.#options.group, topic, partition, delay, error: messageOf(error) },
      'batch failed, trying again',
    );
    // Paused and not waited for: the group's heartbeats and the other partitions go on.
    this.#consumer.pause([this.#outer(state)]);
    state.backOff = setTimeout(() => {
      state.backOff = undefined;
      if (this.#owns(state) && state.stopped === undefined) this.#consumer.resume([this.#outer(state)]);
    }, delay);
  }

  /** kafkajs passes over batches that hold nothing but control records. */
  #passed(outer: string, partition: number, last: number): void {
    const state = this.#states.get(keyOf(this.#link.names.inner(outer), partition));
    if (state?.position === undefined || state.position > last) return;
    state.position = last + 1;
    state.begun = true;
  }
}

/** The last record resolves what is filtered behind it as well (control records). */
function endOf({ batch }: EachBatchPayload, last: number): number {
  return batch.messages.at(-1)?.offset === String(last) ? Number(batch.lastOffset()) : last;
}
