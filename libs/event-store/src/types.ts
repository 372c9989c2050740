import type { Event, Recorded } from '@dabba/contracts';
import type { ClientBase } from 'pg';
import type { PreparedStatement } from './postgres/together.ts';

/** A kind of stream: how its events fold into its state. Pure. State must survive JSON. */
export interface StreamType<S, E extends Event> {
  /** `meal`; unique within a service. */
  name: string;
  /** Grows whenever `evolve` or the shape of the state changes: older state rows are folded again at load (E11). */
  revision: number;
  initial(): S;
  evolve(state: S, event: E): S;
}

export interface StreamRef<S, E extends Event> {
  type: StreamType<S, E>;
  id: string;
  /** Decides the partition when the stream is created; ignored afterwards. */
  metro: string;
  /** There is hardly ever anything of it yet: decided on so at first, without a question. The append says where there is. */
  fresh?: boolean;
}

/** Any stream, where the types of state and event do not matter. */
export interface AnyStreamRef {
  type: { name: string };
  id: string;
  metro: string;
  /** As {@link StreamRef.fresh}. */
  fresh?: boolean;
}

export interface Loaded<S> {
  state: S;
  /** 0 for a stream that does not exist. */
  version: number;
}

/** A command the rules forbid, as a value. `code` is stable and becomes the problem's `type`. */
export interface Refusal {
  refused: true;
  /** HTTP status it maps to: 404, 409, 412, 422, 503 … */
  status: number;
  /** `meal-expired` */
  code: string;
  detail: string;
  /** Extension members of the problem document. */
  extra?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  retryAfter?: number;
}

/** What a request or a reaction knows about why it acts; written into the headers of every event. */
export interface CommandContext {
  actor: string;
  /** Milliseconds; the only clock a command may use. */
  now: number;
  correlationId?: string;
  causationId?: string;
  traceparent?: string;
  idempotency?: IdempotencyKey;
}

/** E7: committed with the events; the same key and body gets the same answer for ever after. */
export interface IdempotencyKey {
  principal: string;
  /** `POST /api/v1/lots` */
  route: string;
  key: string;
  bodyHash: string;
}

/** An HTTP answer as it is stored under an Idempotency-Key. */
export interface StoredAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: unknown;
}

/** A durable task enqueued in the transaction of the events that ask for it; run by `@dabba/tasks`. */
export interface TaskRequest {
  /** Name of the handler. */
  task: string;
  payload: Readonly<Record<string, unknown>>;
  /** A second task with the key of a waiting one replaces it. */
  key?: string;
  /** Milliseconds since the epoch; now where left out. */
  runAt?: number;
  /** Milliseconds from when the first of those was asked for that have replaced each other: it is put off for no longer. */
  within?: number;
  /** Default 25. */
  maxAttempts?: number;
  /** Takes the waiting task with this key away instead; one that runs already goes on. */
  cancel?: true;
}

/** What a decision sees and says. Used synchronously; thrown away and decided anew when a race is lost. */
export interface UnitOfWork {
  /** State of a stream named when the unit was opened, with what this unit has appended to it so far. */
  load<S, E extends Event>(ref: StreamRef<S, E>): Loaded<S>;
  /** Adds events to the stream; returns the state after them. */
  append<S, E extends Event>(ref: StreamRef<S, E>, events: readonly E[]): S;
  enqueue(task: TaskRequest): void;
}

export interface ExecuteOptions<R> {
  /** The answer to keep under the Idempotency-Key and to give to the client; computed before the commit. */
  answer?(result: R): StoredAnswer;
}

export interface Executed<R> {
  refused: false;
  result: R | undefined;
  /** Present where `answer` was given. On a replay it is the stored one and `result` is undefined. */
  answer: StoredAnswer | undefined;
  replayed: boolean;
  /** Highest position written; undefined on a replay or when nothing was appended. */
  position: number | undefined;
}

export interface EventStore {
  /** This database's `ce_source`. */
  readonly source: string;
  /**
   * Loads the streams, lets `decide` append, commits everything or nothing. Lost races decide again on the new state
   * with jitter (E2, E6); when that is exhausted the Refusal is 503 `busy` with Retry-After. `decide` may return a Refusal.
   * An Idempotency-Key seen before gives the stored answer, or 422 `idempotency-key-reused` for another body (E7).
   */
  transact<R>(
    streams: readonly AnyStreamRef[],
    decide: (unit: UnitOfWork) => R | Refusal,
    context: CommandContext,
    options?: ExecuteOptions<R>,
  ): Promise<Executed<R> | Refusal>;
  /** `transact` for one stream and a decider that returns events. Result: state and version after them. */
  execute<S, E extends Event>(
    ref: StreamRef<S, E>,
    decide: (state: S, version: number) => readonly E[] | Refusal,
    context: CommandContext,
    options?: ExecuteOptions<Loaded<S>>,
  ): Promise<Executed<Loaded<S>> | Refusal>;
  /**
   * Reads the state row (read-your-writes). `fromMemory`: the stream as this process wrote it last will do, where it remembers
   * that; for what never changes of it.
   */
  load<S, E extends Event>(ref: StreamRef<S, E>, options?: { fromMemory?: boolean }): Promise<Loaded<S>>;
  /** A stream's events, decoded, oldest first. */
  history(streamId: string, after?: number, limit?: number): Promise<Recorded[]>;
  /**
   * For reactions (E9): holds the in-process queues of the streams, loads them and runs `work`. Inside it, `commitTo`
   * appends what was decided, as the last statement of the caller's open transaction, and throws on a lost race: the caller
   * rolls back, `unit` throws {@link Conflict}, and is called again. `work` resolves once it has committed what `commitTo` appended.
   * `fromMemory`: streams as this process wrote them last will do for a first try. Where they are no longer so that is a
   * {@link Conflict}, also if nothing is to be appended, and that `work` throws may be for it; the next try loads them.
   */
  unit<R>(
    streams: readonly AnyStreamRef[],
    context: CommandContext,
    work: (unit: ReactionUnit) => Promise<R>,
    options?: { fromMemory?: boolean },
  ): Promise<R>;
}

export interface ReactionUnit extends UnitOfWork {
  /** Events appended from here on carry this context (each reacted-to event is its own cause). */
  because(context: CommandContext): void;
  commitTo(client: ClientBase): Promise<void>;
  /** What `commitTo` does, as statements to go with the commit. */
  closing(client: ClientBase): Promise<readonly PreparedStatement[]>;
}

export class Conflict extends Error {
  override name = 'Conflict';
}

/** E8: over 512 KiB. */
export class EventTooLarge extends Error {
  override name = 'EventTooLarge';
}

export interface RelayStatus {
  leader: boolean;
  /** Events committed but not yet on Kafka. */
  depth: number;
  cursor: number;
  /** Set when Kafka holds what the store lost (K6): the service answers 503 until `dabba store recover`. */
  recover?: string;
  lastError?: string;
}

export interface Relay {
  status(): RelayStatus;
  /** Wakes it after a commit in this process. */
  wake(): void;
  stop(): Promise<void>;
}
