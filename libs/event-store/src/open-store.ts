import type { Recorded, Region } from '@dabba/contracts';
import { DatabaseError, type Pool } from 'pg';
import { appender } from './append/appender.ts';
import { lostRace } from './append/call.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { loader } from './load/loader.ts';
import { RecentStreams } from './load/recent.ts';
import { readHistory } from './load/recorded.ts';
import { SchemaBook } from './load/schema-book.ts';
import { identify } from './postgres/identity.ts';
import { Reaction } from './reaction.ts';
import { isRefusal, refuseForNow } from './refusal.ts';
import { inSpan, traceparentOf } from './trace.ts';
import { openStreams, type Transactor, transact } from './transact.ts';
import { Conflict, type EventStore } from './types.ts';
import { stateOf } from './unit.ts';

export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface StoreOptions {
  /** Migrated by `migrateStore`; the caller ends it. */
  pool: Pool;
  region: Region;
  log?: Log;
  /** Milliseconds a command goes on trying while the database is away, before it is answered 503. Default 3,000. */
  patience?: number;
  /** How often a command decides again after a lost race. Default 40. */
  retries?: number;
}

/** An event store with the doors its relay needs. */
export interface OpenStore extends EventStore {
  /** Sources of the databases this one was cloned from. */
  readonly previousSources: readonly string[];
  /** Calls back after each commit in this process; returns what takes the listener away again. */
  onCommit(listener: () => void): () => void;
  /** Whether appends tell other processes by NOTIFY: true until this process's own relay leads. */
  notifyOthers(yes: boolean): void;
  /** While set, commands are refused with 503 `store-behind-kafka` (K6). */
  refuseCommands(because: string | undefined): void;
  /** Waits for what is in flight; new commands fail. */
  close(): Promise<void>;
}

export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { pool, region, log, patience = 3000 } = options;
  const { source, previous } = await identify(pool);
  const schemas = new SchemaBook();
  const listeners = new Set<() => void>();
  const running = new Set<Promise<unknown>>();
  let wakeOthers = true;
  let behind: string | undefined;
  let closed = false;

  // Without a listener the driver's pool brings the process down when an idle connection dies.
  const onIdleError = (error: Error) => log?.warn({ err: error }, 'a connection to the database was lost');
  pool.on('error', onIdleError);

  const committed = () => {
    for (const listener of listeners) listener();
  };
  const on: Transactor = {
    region,
    loader: loader({ pool, schemas, source, patience }),
    recent: new RecentStreams(),
    append: appender({
      pool,
      schemas,
      wake: () => wakeOthers,
      committed,
      patience,
    }),
    streams: new KeyedQueue(),
    twins: new KeyedQueue(),
    cameBefore: new Map(),
    retries: options.retries ?? 40,
  };

  const track = <R>(work: Promise<R>): Promise<R> => {
    running.add(work);
    const forget = () => running.delete(work);
    work.then(forget, forget);
    return work;
  };

  const store: OpenStore = {
    source,
    previousSources: previous,
    async transact(streams, decide, context, more = {}) {
      if (closed) return refuseForNow('shutting-down', 'This process is shutting down; try again');
      if (behind !== undefined) return refuseForNow('store-behind-kafka', behind, 30);
      return track(
        inSpan('store append', context.traceparent, (span) => {
          const traceparent = traceparentOf(span);
          const within = traceparent === undefined ? context : { ...context, traceparent };
          return transact(on, streams, decide, within, more);
        }),
      );
    },
    execute(ref, decide, context, more) {
      return store.transact(
        [ref],
        (unit) => {
          const { state, version } = unit.load(ref);
          const events = decide(state, version);
          if (isRefusal(events)) return events;
          return { state: unit.append(ref, events), version: version + events.length };
        },
        context,
        more,
      );
    },
    async load(ref, { fromMemory = false } = {}) {
      const known = fromMemory ? on.recent.get(ref.id) : undefined;
      // That there is nothing may change at any time.
      const loaded = await on.loader.load(ref, known?.row && known);
      return { state: stateOf(loaded, ref.type), version: loaded.row?.version ?? 0 };
    },
    history(stream, after = 0, limit = 1000): Promise<Recorded[]> {
      return readHistory(pool, schemas, source, stream, { after, upTo: 2 ** 31 - 1, limit });
    },
    async unit(streams, context, work, { fromMemory = false } = {}) {
      const ids = streams.map(({ id }) => id);
      const result = on.streams.hold(ids, async () => {
        const { opened, recent } = await openStreams(on, streams, fromMemory);
        // Until it is committed nobody knows what becomes of them.
        on.recent.forget(ids);
        const reaction = new Reaction(region, opened, context, { schemas, wake: wakeOthers, recent });
        const done = await work(reaction).catch((error: unknown) => {
          throw isLostRace(error) ? new Conflict('Another process was faster on one of the streams') : error;
        });
        const { settled } = reaction;
        if (settled) on.recent.keep(settled, opened);
        reaction.committed();
        if (settled?.events.length) committed();
        return done;
      });
      return track(result);
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notifyOthers(yes) {
      wakeOthers = yes;
    },
    refuseCommands(because) {
      behind = because;
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      pool.off('error', onIdleError);
      listeners.clear();
    },
  };
  return store;
}

function isLostRace(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === lostRace;
}
