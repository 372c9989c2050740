import { type EventStore, transaction } from '@dabba/event-store';
import type { PoolClient } from 'pg';
import { decode } from '../consume/decode.ts';
import { type ProjectionDeps, silent } from '../consume/deps.ts';
import type { Entry } from '../consume/entry.ts';
import { type Handled, split } from '../consume/split.ts';
import { foldInto } from '../fold/apply.ts';
import type { Failure } from '../fold/fold.ts';
import { isDataError, messageOf } from '../postgres/errors.ts';
import { Changed, placeOf, react } from '../react/react.ts';
import { readShapes } from '../tables/shape.ts';
import type { Reaction, ReadModel } from '../types.ts';
import { lockShared } from './lock.ts';
import { lockStream, type ParkedStream, recordError, removeParked, unparkIfEmpty } from './park-row.ts';
import { parkedRows, recordOf } from './parked.ts';

export interface ReplayReport {
  /** Events applied now. */
  replayed: number;
  /** Streams that stay parked, with the error of their first event. */
  stuck: { stream: string; topic: string; error: string }[];
}

type Replayable = ReadModel | Reaction;
export type ReplayDeps = ProjectionDeps & { store?: EventStore };

/** Events handled in one transaction. */
const chunkSize = 500;

/**
 * Handles parked events again, in order, past the duplicate check: they were counted when they were parked (P4).
 * A stream goes on being parked from its first failing event on.
 * @param deps with `store` for a reaction
 */
export async function replayParked(
  consumer: Replayable,
  deps: ReplayDeps,
  stream?: string,
): Promise<ReplayReport> {
  const report: ReplayReport = { replayed: 0, stuck: [] };
  const { rows } = await deps.pool.query<ParkedStream>(
    `select consumer, topic, stream from dabba.parked_streams
      where consumer = $1 and ($2::text is null or stream = $2) order by topic, stream`,
    [consumer.name, stream ?? null],
  );
  for (const parked of rows) {
    const { replayed, error } = await replayStream(consumer, deps, parked);
    report.replayed += replayed;
    if (error !== undefined) report.stuck.push({ stream: parked.stream, topic: parked.topic, error });
  }
  return report;
}

interface Chunk {
  replayed: number;
  /** Nothing waits any more. */
  empty: boolean;
  error?: string;
}

async function replayStream(consumer: Replayable, deps: ReplayDeps, parked: ParkedStream) {
  let replayed = 0;
  for (let limit = chunkSize; ; ) {
    try {
      const chunk = await replayChunk(consumer, deps, parked, limit);
      replayed += chunk.replayed;
      if (chunk.empty || chunk.error !== undefined) return { replayed, error: chunk.error };
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (limit === 1) return { replayed, error: await blame(deps, parked, messageOf(error)) };
      limit = Math.ceil(limit / 2);
    }
  }
}

async function blame({ pool }: ReplayDeps, parked: ParkedStream, error: string): Promise<string> {
  await pool.query(
    `update dabba.parked_events set error = $4
      where consumer = $1 and topic = $2 and stream = $3
        and "offset" = (select min("offset") from dabba.parked_events
                         where consumer = $1 and topic = $2 and stream = $3)`,
    [parked.consumer, parked.topic, parked.stream, error],
  );
  return error;
}

function replayChunk(
  consumer: Replayable,
  deps: ReplayDeps,
  parked: ParkedStream,
  limit: number,
): Promise<Chunk> {
  return 'tables' in consumer
    ? replayFold(consumer, deps, parked, limit)
    : replayReaction(consumer, deps, parked, limit);
}

function replayFold(model: ReadModel, deps: ReplayDeps, parked: ParkedStream, limit: number): Promise<Chunk> {
  return transaction(deps.pool, async (client) => {
    const taken = await lockAndRead(client, model, deps, parked, limit);
    const shapes = await readShapes(client, model);
    const failures = await foldInto(client, 'public', model, shapes, taken.handle);
    return settle(client, parked, taken, failures);
  });
}

async function replayReaction(
  reaction: Reaction,
  deps: ReplayDeps,
  parked: ParkedStream,
  limit: number,
): Promise<Chunk> {
  const { pool, store, log = silent } = deps;
  if (!store) throw new TypeError(`Replaying the reaction ${reaction.name} needs the event store`);
  let chunk: Chunk = { replayed: 0, empty: true };
  await react<Handled>(
    reaction,
    { pool, store, log },
    {
      look: async () => (await readParked(pool, reaction, deps, parked, limit)).handle,
      first: [],
      async settle(client, _found, events, failures) {
        const taken = await lockAndRead(client, reaction, deps, parked, limit);
        if (taken.handle.map(placeOf).join() !== events.map(placeOf).join()) throw new Changed(reaction.name);
        chunk = await settle(client, parked, taken, failures);
        return [];
      },
    },
  );
  return chunk;
}

interface Taken {
  all: Entry[];
  handle: Handled[];
  /** The first that cannot be read. */
  unreadable: { entry: Entry; error: string } | undefined;
}

async function lockAndRead(
  client: PoolClient,
  consumer: Replayable,
  deps: ReplayDeps,
  parked: ParkedStream,
  limit: number,
): Promise<Taken> {
  await lockShared(client, parked.consumer);
  await lockStream(client, parked);
  return readParked(client, consumer, deps, parked, limit);
}

async function readParked(
  on: Parameters<typeof parkedRows>[0],
  consumer: Replayable,
  { registry }: ReplayDeps,
  parked: ParkedStream,
  limit: number,
): Promise<Taken> {
  const rows = await parkedRows(on, { ...parked, limit });
  const all = await decode(rows.map(recordOf), registry, (type) => Object.hasOwn(consumer.on, type));
  const { handle, waiting } = split(all, new Set());
  return { all, handle, unreadable: waiting[0] };
}

async function settle(
  client: PoolClient,
  parked: ParkedStream,
  { all, unreadable }: Taken,
  failures: readonly Failure<Handled>[],
): Promise<Chunk> {
  const [failure] = failures;
  const stop = failure ? { entry: failure.placed, error: failure.error } : unreadable;
  const end = stop ? all.findIndex(({ record }) => record.offset === stop.entry.record.offset) : all.length;
  const done = all.slice(0, end);
  await removeParked(client, parked, done);
  if (stop) await recordError(client, parked, stop.entry, stop.error);
  const empty = await unparkIfEmpty(client, parked);
  return { replayed: done.length, empty: empty || all.length === 0, ...(stop ? { error: stop.error } : {}) };
}
