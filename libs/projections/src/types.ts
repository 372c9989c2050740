import type { EventName, EventOf, Recorded, TopicName } from '@dabba/contracts';
import type { AnyStreamRef, CommandContext, Refusal, UnitOfWork } from '@dabba/event-store';
import type { Knex } from 'knex';

export type Cell =
  | string
  | number
  | boolean
  | null
  | readonly unknown[]
  | { readonly [key: string]: unknown }
  | Date;
export type Row = Readonly<Record<string, Cell>>;

/**
 * A table of a read model. `create` builds it with knex (columns, primary key = `key`, indexes).
 * `rows`: each row belongs to one stream, so its events arrive in order. `counters`: numeric columns that are only
 * ever added to, so partitions may interleave (DESIGN §7).
 */
export interface TableSpec {
  kind: 'rows' | 'counters';
  key: readonly string[];
  /**
   * SQL over a row's columns that says whether it has left the table for good, though the log still makes it: a rebuild
   * leaves such rows out, verify looks at them on neither side. No event may come for them any more.
   */
  left?: string;
  create(table: Knex.CreateTableBuilder): void;
}

/** What a fold may do to the tables of its read model. */
export interface Rows<T extends string> {
  /** Writes the whole row, whatever was there. */
  put(table: T, row: Row): void;
  /** Changes columns of a row that has to exist; its absence makes the event a poison one. */
  patch(table: T, key: Row, columns: Row): void;
  /** The row before → the row after; undefined means no row. */
  change(table: T, key: Row, to: (row: Row | undefined) => Row | undefined): void;
  remove(table: T, key: Row): void;
  /** Counters only: adds to numeric columns, starting from 0. */
  add(table: T, key: Row, columns: Readonly<Record<string, number>>): void;
}

/** Event name → what it does to the rows. Pure, no clock; events not named are passed over. */
export type Fold<T extends string> = {
  [N in EventName]?: (event: Recorded<EventOf<N>>, rows: Rows<T>) => void;
};

export interface ReadModel<T extends string = string> {
  /** `meal-list`; names its checkpoint and metrics. */
  name: string;
  topics: readonly TopicName[];
  /** Grows when `on` makes other rows of the same events; default 1. Tables that change need no new one. */
  revision?: number;
  /** Somebody's answer waits for it: it never gathers events while the machine is busy. */
  awaited?: true;
  /** Physical table name → its shape. Unique in the service's database. */
  tables: Readonly<Record<T, TableSpec>>;
  on: Fold<T>;
}

/** One event's share of a reaction: the streams it needs and what is decided on them. A Refusal means: nothing to do. */
export interface Response {
  streams: readonly AnyStreamRef[];
  decide(unit: UnitOfWork, context: CommandContext): Refusal | undefined;
}

export interface Reaction {
  /** `stock-from-facts`; names its checkpoint and metrics. */
  name: string;
  topics: readonly TopicName[];
  on: { [N in EventName]?: (event: Recorded<EventOf<N>>) => Response | undefined };
}

/** A read model or a reaction. */
export interface ParkedEvent {
  consumer: string;
  topic: string;
  partition: number;
  offset: number;
  stream: string;
  type: string;
  eventId: string;
  error: string;
  parkedAt: number;
}

export interface Difference {
  table: string;
  /** Column → value of the primary key. */
  key: Row;
  live: Row | undefined;
  rebuilt: Row | undefined;
}

export interface VerifyReport {
  model: string;
  equal: boolean;
  events: number;
  rows: number;
  /** The first hundred. */
  differences: Difference[];
  differenceCount: number;
}

export interface RebuildReport {
  model: string;
  events: number;
  rows: number;
  milliseconds: number;
}

export interface ConsumerStatus {
  name: string;
  kind: 'read-model' | 'reaction';
  partitions: {
    topic: string;
    partition: number;
    checkpoint: number | undefined;
    end: number | undefined;
    lag: number;
    stopped?: string;
  }[];
  parkedStreams: number;
}
