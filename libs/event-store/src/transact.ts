import { setTimeout as delay } from 'node:timers/promises';
import type { Region } from '@dabba/contracts';
import { type AppendResult, changesNothing, type PreparedCommand } from './append/command.ts';
import { keepNewest } from './keep-newest.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import { type Loader, nameOfKey } from './load/loader.ts';
import type { RecentStreams } from './load/recent.ts';
import { StoreUnavailable } from './postgres/patience.ts';
import { isRefusal, refuse, refuseForNow } from './refusal.ts';
import type {
  AnyStreamRef,
  CommandContext,
  Executed,
  ExecuteOptions,
  Refusal,
  StoredAnswer,
  UnitOfWork,
} from './types.ts';
import { type OpenedStream, Unit } from './unit.ts';

export interface Transactor {
  region: Region;
  loader: Loader;
  recent: RecentStreams;
  append(command: PreparedCommand): Promise<AppendResult>;
  streams: KeyedQueue;
  /** In-process twins under one Idempotency-Key wait here for the first (E7). */
  twins: KeyedQueue;
  /** Names of the newest keys that came to this process: who comes under one of them again most likely has an answer. */
  cameBefore: Map<string, true>;
  /** How often a command decides again after a lost race. */
  retries: number;
}

/** Of them. */
const mostKeys = 10_000;

type Decide<R> = (unit: UnitOfWork) => R | Refusal;

/** One command from load to commit; see `EventStore.transact`. */
export async function transact<R>(
  on: Transactor,
  streams: readonly AnyStreamRef[],
  decide: Decide<R>,
  context: CommandContext,
  options: ExecuteOptions<R>,
): Promise<Executed<R> | Refusal> {
  const work = () =>
    on.streams.hold(idsOf(streams), () => decideUntilCommitted(on, streams, decide, context, options));
  try {
    const { idempotency } = context;
    if (idempotency === undefined) return await work();
    const kept = async () => {
      const seen = await on.loader.answerTo(idempotency);
      return seen && replay<R>(context, seen.hash, seen.answer ?? undefined);
    };
    const name = nameOfKey(idempotency);
    return await on.twins.hold([name], async () => {
      const before = on.cameBefore.has(name) ? await kept() : undefined;
      if (before) return before;
      keepNewest(on.cameBefore, name, true, mostKeys);
      // The append finds what was answered before. Where it does not come to one, what stands against it may be what that did.
      try {
        const outcome = await work();
        return outcome.refused ? ((await kept()) ?? outcome) : outcome;
      } catch (error) {
        const after = error instanceof StoreUnavailable ? undefined : await kept();
        if (after) return after;
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof StoreUnavailable)
      return refuseForNow('store-unavailable', 'The database does not answer; try again');
    throw error;
  }
}

async function decideUntilCommitted<R>(
  on: Transactor,
  streams: readonly AnyStreamRef[],
  decide: Decide<R>,
  context: CommandContext,
  options: ExecuteOptions<R>,
): Promise<Executed<R> | Refusal> {
  // The first is decided from memory: no race is lost where that is not as it was.
  for (let lost = -1; lost <= on.retries; lost++) {
    // Jitter parts those who lost the same race (E6).
    if (lost > 0) await delay(Math.random() * Math.min(50, 2 ** lost));
    const outcome = await decideOnce(on, streams, decide, context, options, lost < 0);
    if (outcome !== undefined) return outcome;
  }
  return refuseForNow('busy', 'Too many commands on the same thing at the same time; try again');
}

/** @returns undefined where it has to be decided again */
async function decideOnce<R>(
  on: Transactor,
  streams: readonly AnyStreamRef[],
  decide: Decide<R>,
  context: CommandContext,
  options: ExecuteOptions<R>,
  fromMemory: boolean,
): Promise<Executed<R> | Refusal | undefined> {
  const { opened, recent } = await openStreams(on, streams, fromMemory);
  const unit = new Unit(on.region, opened, context);
  const decided = recent ? attempted(() => decide(unit)) : { result: decide(unit) };
  if (decided === undefined) return undefined;
  const { result } = decided;
  if (isRefusal(result)) return recent ? undefined : result;
  const answer = options.answer?.(result);
  const command = unit.prepare(answer);
  if (changesNothing(command))
    return recent ? undefined : { refused: false, result, answer, replayed: false, position: undefined };
  // Until it is answered nobody knows what became of it.
  on.recent.forget(idsOf(streams));
  const appended = await on.append(command);
  if (appended.outcome === 'replayed') return replay(context, appended.hash, appended.answer);
  if (appended.outcome === 'conflict') return undefined;
  on.recent.keep(command, opened);
  return { refused: false, result, answer, replayed: false, position: appended.position };
}

/** Undefined where it throws. */
function attempted<R>(decide: () => R): { result: R } | undefined {
  try {
    return { result: decide() };
  } catch {
    return undefined;
  }
}

export interface Opened {
  opened: OpenedStream<AnyStreamRef>[];
  /** Whether one of them is as this process knew it last, or believes it to be, rather than as it is. */
  recent: boolean;
}

export async function openStreams(
  { loader, recent }: Pick<Transactor, 'loader' | 'recent'>,
  streams: readonly AnyStreamRef[],
  fromMemory: boolean,
): Promise<Opened> {
  const known = streams.map(({ id, fresh }) =>
    fromMemory ? (recent.get(id) ?? (fresh ? { row: undefined } : undefined)) : undefined,
  );
  const opened = await Promise.all(
    streams.map(async (ref, place) => ({ ref, loaded: await loader.load(ref, known[place]) })),
  );
  return { opened, recent: known.some((one) => one !== undefined) };
}

function idsOf(streams: readonly AnyStreamRef[]): string[] {
  return streams.map(({ id }) => id);
}

function replay<R>(
  { idempotency }: CommandContext,
  hash: string,
  answer: StoredAnswer | undefined,
): Executed<R> | Refusal {
  if (hash !== idempotency?.bodyHash)
    return refuse(422, 'idempotency-key-reused', 'This Idempotency-Key was used with another body');
  return { refused: false, result: undefined, answer, replayed: true, position: undefined };
}
