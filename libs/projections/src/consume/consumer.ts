import type { TopicName } from '@dabba/contracts';
import { isTopicName } from '@dabba/contracts';
import { Reassess, type RecordBatch, StopPartition, type Subscription } from '@dabba/kafka';
import { ModelMistake } from '../model-mistake.ts';
import { messageOf } from '../postgres/errors.ts';
import type { ConsumerStatus } from '../types.ts';
import { type Apply, applyBisecting, batchOf, isIdle, placeOf } from './batch.ts';
import { type Checkpoint, loadCheckpoint } from './checkpoint.ts';
import { commits } from './commits.ts';
import { decode } from './decode.ts';
import { type ProjectionDeps, silent } from './deps.ts';
import type { Entry } from './entry.ts';
import { countParked } from './parked-count.ts';
import { traced } from './trace.ts';
import { turns } from './turns.ts';

/** Milliseconds after which a checkpoint that moved over nothing to be handled is stored. */
const storeIdleEvery = 1_000;

export interface Consumer {
  status(): ConsumerStatus;
  stop(): Promise<void>;
  /** Resolves when the group is joined. */
  ready: Promise<void>;
}

export interface ConsumerSpec {
  name: string;
  kind: ConsumerStatus['kind'];
  topics: readonly TopicName[];
  handles(type: string): boolean;
  apply: Apply;
  gather?: ProjectionDeps['gather'];
  /** Reads again what the catalog says: before a partition is begun, and after code and tables did not fit. */
  refresh?(): Promise<void>;
  /** Why nothing can be applied for now; undefined where it can. */
  unfit?(): string | undefined;
}

/** Reads the topics from the stored checkpoints on, and hands batches to `apply`. */
export async function startConsumer(spec: ConsumerSpec, deps: ProjectionDeps): Promise<Consumer> {
  const { pool, kafka, registry, partitions, log = silent } = deps;
  const at = new Map<string, Checkpoint>();
  const inTurn = turns();
  const misfits = new Map<string, string>();
  const verb = spec.kind === 'read-model' ? 'fold' : 'react';

  async function startAt(topic: string, partition: number): Promise<number> {
    if (!isTopicName(topic)) throw new StopPartition(`${topic} is not in the contracts of this build`);
    await spec.refresh?.();
    const checkpoint = await loadCheckpoint(pool, spec.name, topic, partition);
    at.set(placeOf(topic, partition), checkpoint);
    return checkpoint.next;
  }

  async function onBatch({ topic, partition, records }: RecordBatch): Promise<void> {
    const place = placeOf(topic, partition);
    await inTurn(place, () => handle(place, records));
  }

  async function handle(place: string, records: RecordBatch['records']): Promise<void> {
    const from = at.get(place);
    if (!from) throw new Reassess(`${spec.name}: ${place} was never asked for`);
    const fresh = records.filter(({ offset }) => offset >= from.next);
    if (fresh.length === 0) return;
    try {
      const entries = await decode(fresh, registry, spec.handles);
      const batch = batchOf(from, entries);
      if (isIdle(batch)) {
        at.set(place, { ...batch.to, stored: from.stored });
        return;
      }
      const apply: Apply = async (before, some) => {
        const after = await spec.apply(before, some);
        at.set(place, after);
        return after;
      };
      const events = eventsOf(entries);
      await traced(`${verb} ${spec.name}`, events, () => applyBisecting(from, entries, apply));
      commits.emit('batch', { consumer: spec.name, events });
      misfits.delete(place);
    } catch (error) {
      if (error instanceof ModelMistake) {
        misfits.set(place, error.message);
        await spec.refresh?.();
      }
      if (!(error instanceof Reassess))
        log.warn({ err: error, consumer: spec.name, place }, 'batch failed and is tried again');
      throw error;
    }
  }

  /** Nothing is lost where this fails: what was passed over is passed over again. */
  async function storeIdle(): Promise<void> {
    const behind = [...at].filter(([, { next, stored }]) => next > stored);
    await Promise.all(
      behind.map(([place]) =>
        inTurn(place, async () => {
          const from = at.get(place);
          if (from && from.next > from.stored) at.set(place, await spec.apply(from, []));
        }).catch((error: unknown) => {
          // Somebody else went on with it: whoever is given its next batch looks again.
          if (error instanceof Reassess) at.delete(place);
        }),
      ),
    );
  }

  const parked = countParked(pool, spec.name);
  const subscription: Subscription = await kafka.subscribe({
    group: spec.name,
    topics: spec.topics,
    ...(partitions === undefined ? {} : { partitions }),
    ...(spec.gather === undefined ? {} : { gather: spec.gather }),
    startAt,
    onBatch,
  });
  const storing = setInterval(() => void storeIdle(), storeIdleEvery);
  storing.unref();
  log.info({ consumer: spec.name, topics: spec.topics }, 'consumer started');

  return {
    ready: subscription.ready,
    status: () => ({
      name: spec.name,
      kind: spec.kind,
      partitions: subscription.status().map((seen) => {
        const place = placeOf(seen.topic, seen.partition);
        const checkpoint = at.get(place)?.next ?? seen.position;
        const stopped = seen.stopped ?? misfits.get(place) ?? spec.unfit?.();
        return {
          topic: seen.topic,
          partition: seen.partition,
          checkpoint,
          end: seen.highWatermark,
          lag: Math.max(0, (seen.highWatermark ?? 0) - (checkpoint ?? 0)),
          ...(stopped === undefined ? {} : { stopped }),
        };
      }),
      parkedStreams: parked.count(),
    }),
    async stop() {
      clearInterval(storing);
      await subscription.stop().catch((error: unknown) => {
        log.warn({ consumer: spec.name, error: messageOf(error) }, 'consumer did not stop cleanly');
      });
      await storeIdle();
      await parked.stop();
    },
  };
}

function eventsOf(entries: readonly Entry[]) {
  return entries.flatMap(({ event }) => event ?? []);
}
