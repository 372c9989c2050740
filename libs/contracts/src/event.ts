import type { Events } from './generated/events.ts';

export type EventName = keyof Events;

/** One thing that happened: its name and its data, nothing about where it is stored. */
export interface EventOf<N extends EventName> {
  type: N;
  data: Events[N];
}

/** One of the named events, or any event. */
export type Event<N extends EventName = EventName> = { [K in N]: EventOf<K> }[N];

/** UTC milliseconds since the epoch. */
export type Instant = number;

/** What the store or the bridge knows about a recorded event; travels in the record's headers. */
export interface EventMeta {
  /** UUIDv7, `ce_id`. */
  id: string;
  /** The store that decided it, or `device/boot` for a fact: `ce_source`. Positions are comparable within one source only. */
  source: string;
  /** Stream id, `ce_subject` and the key of the record. */
  stream: string;
  streamType: string;
  /** 1 for the first event of the stream. For a fact: its seq. */
  version: number;
  /** Place in the source's own order. For a fact: its seq. */
  position: number;
  metro: string;
  /** When it was recorded (a fact: when it was observed), `ce_time`. */
  time: Instant;
  actor?: string;
  causationId?: string;
  correlationId?: string;
  /** W3C trace context of what caused it. */
  traceparent?: string;
  /** Of a fact in a chained journal: its own hash, and what it says is that of the fact before it (chain.ts). */
  chain?: { hash: string; prev: string };
}

export type Recorded<E extends { type: EventName } = Event> = E & { meta: EventMeta };
