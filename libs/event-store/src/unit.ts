import {
  decodeEvent,
  type Event,
  type EventName,
  type Events,
  encodeEvent,
  metroOf,
  newId,
  partitionFor,
  type Region,
} from '@dabba/contracts';
import type { NewEvent, PreparedCommand, StreamWrite } from './append/command.ts';
import type { LoadedStream } from './load/loader.ts';
import { fitsItsName } from './load/recorded.ts';
import {
  type AnyStreamRef,
  type CommandContext,
  EventTooLarge,
  type Loaded,
  type StoredAnswer,
  type StreamRef,
  type StreamType,
  type TaskRequest,
  type UnitOfWork,
} from './types.ts';

/** E8. */
const largestEvent = 512 * 1024;

interface Folded<S> {
  /** The very StreamType that made the state. */
  by: object;
  state: S;
  revision: number;
}

interface OpenStream {
  ref: AnyStreamRef;
  loaded: LoadedStream;
  partition: number;
  added: number;
  first: string | null;
  folded: Folded<unknown> | undefined;
}

export interface OpenedStream<R> {
  ref: R;
  loaded: LoadedStream;
}

/** Collects what one decision does to the streams it loaded. */
export class Unit implements UnitOfWork {
  readonly #streams = new Map<string, OpenStream>();
  readonly #events: NewEvent[] = [];
  readonly #tasks: TaskRequest[] = [];
  readonly #context: CommandContext;
  #headers: string;
  #now: number;

  constructor(region: Region, streams: readonly OpenedStream<AnyStreamRef>[], context: CommandContext) {
    this.#context = context;
    this.#headers = headersOf(context);
    this.#now = context.now;
    for (const { ref, loaded } of streams) {
      const partition = loaded.row?.partition ?? partitionFor(metroOf(region, ref.metro), ref.id);
      this.#streams.set(ref.id, { ref, loaded, partition, added: 0, first: null, folded: undefined });
    }
  }

  load<S, E extends Event>(ref: StreamRef<S, E>): Loaded<S> {
    const stream = this.#open(ref.id);
    return { state: foldedOf(stream, ref.type).state, version: versionOf(stream) };
  }

  append<S, E extends Event>(ref: StreamRef<S, E>, events: readonly E[]): S {
    const stream = this.#open(ref.id);
    const folded = foldedOf(stream, ref.type);
    for (const event of events) {
      const { schema, data } = encodeEvent(event.type, event.data);
      if (data.length > largestEvent)
        throw new EventTooLarge(`${event.type} has ${data.length} bytes; ${largestEvent} are allowed`);
      // Folding what a later reader will see keeps the state row equal to its fold (E11).
      const stored: { type: EventName; data: Events[EventName] } = {
        type: event.type,
        data: decodeEvent(event.type, data),
      };
      if (fitsItsName<E>(stored)) folded.state = ref.type.evolve(folded.state, stored);
      this.#add(stream, event.type, schema, data);
    }
    return folded.state;
  }

  enqueue(task: TaskRequest): void {
    this.#tasks.push(task);
  }

  /** Events appended from here on carry this context. */
  because(context: CommandContext): void {
    this.#headers = headersOf(context);
    this.#now = context.now;
  }

  prepare(answer?: StoredAnswer): PreparedCommand {
    const id = this.#events[0]?.id ?? newId();
    return {
      id,
      writes: [...this.#streams.values()].map(writeOf),
      events: this.#events,
      key: this.#context.idempotency ?? this.#ownKey(id),
      answer,
      time: this.#now,
      tasks: this.#tasks,
    };
  }

  /** A command that only enqueues tasks leaves no event behind by which a lost answer (E5) could be found. */
  #ownKey(id: string) {
    if (this.#tasks.length === 0 || this.#events.length > 0) return undefined;
    return { principal: 'dabba', route: 'tasks', key: id, bodyHash: '' };
  }

  #open(id: string): OpenStream {
    const stream = this.#streams.get(id);
    if (!stream) throw new Error(`The stream ${id} was not named when the unit of work was opened`);
    return stream;
  }

  #add(stream: OpenStream, type: EventName, schema: string, data: Buffer): void {
    const id = newId();
    stream.added += 1;
    stream.first ??= id;
    this.#events.push({
      stream: stream.ref.id,
      streamType: stream.ref.type.name,
      metro: stream.loaded.row?.metro ?? stream.ref.metro,
      partition: stream.partition,
      version: versionOf(stream),
      id,
      type,
      schema,
      data,
      headers: this.#headers,
      time: this.#now,
    });
  }
}

function versionOf({ loaded, added }: OpenStream): number {
  return (loaded.row?.version ?? 0) + added;
}

function foldedOf<S, E extends Event>(stream: OpenStream, type: StreamType<S, E>): Folded<S> {
  const known = stream.folded;
  if (known !== undefined) {
    if (madeBy(known, type)) return known;
    throw new Error(`The stream ${stream.ref.id} was used with two different types`);
  }
  const fresh = { by: type, state: stateOf(stream.loaded, type), revision: type.revision };
  stream.folded = fresh;
  return fresh;
}

function madeBy<S, E extends Event>(folded: Folded<unknown>, type: StreamType<S, E>): folded is Folded<S> {
  return folded.by === type;
}

/** State of a loaded stream: its state row, or the fold of its events where an older `evolve` made the row (E11). */
export function stateOf<S, E extends Event>({ row, events }: LoadedStream, type: StreamType<S, E>): S {
  if (row === undefined) return type.initial();
  if (row.type !== type.name) throw new Error(`The stream ${row.id} is a ${row.type}, not a ${type.name}`);
  if (events === undefined) {
    if (row.state_rev !== type.revision)
      throw new Error(`The stream ${row.id} was named without its revision`);
    return JSON.parse(row.state);
  }
  return events.reduce<S>(
    (state, event) => (fitsItsName<E>(event) ? type.evolve(state, event) : state),
    type.initial(),
  );
}

function writeOf({ ref, loaded, partition, added, first, folded }: OpenStream): StreamWrite {
  return {
    stream: ref.id,
    type: ref.type.name,
    metro: loaded.row?.metro ?? ref.metro,
    partition,
    expected: loaded.row?.version ?? 0,
    added,
    state: added > 0 && folded ? JSON.stringify(folded.state) : null,
    revision: folded?.revision ?? 0,
    first,
  };
}

function headersOf({ actor, causationId, correlationId, traceparent }: CommandContext): string {
  return JSON.stringify({ actor, causationId, correlationId, traceparent });
}
