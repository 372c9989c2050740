import {
  decodeEvent,
  type EventName,
  type EventOf,
  type Events,
  isEventName,
  schemaOf,
  type TopicName,
} from '@dabba/contracts';
import type { Pool } from 'pg';

/** A row of the events table. */
export interface StoredEvent {
  position: number;
  id: string;
  stream: string;
  version: number;
  partition: number;
  topic: TopicName;
  /** Bare Avro. */
  bytes: Buffer;
  /** Name and data, as its schema reads them. */
  event: { type: EventName; data: object };
}

const page = 20_000;

/** Events of a store by position. Read by plain SQL: nothing of the event store takes part. */
export async function readStore(pool: Pool, after = 0): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const { rows } = await pool.query<{
      position: string;
      id: string;
      stream: string;
      version: number;
      partition: number;
      type: string;
      data: Buffer;
    }>(
      `select position, id, stream, version, partition, type, data from dabba.events
        where position > $1 order by position limit ${page}`,
      [events.at(-1)?.position ?? after],
    );
    for (const { position, type, data: bytes, ...rest } of rows) {
      if (!isEventName(type)) throw new Error(`The store holds a ${type}`);
      const event = { type, data: decodeEvent(type, bytes) };
      events.push({ ...rest, position: Number(position), topic: schemaOf(type).topic, bytes, event });
    }
    if (rows.length < page) return events;
  }
}

/** Events of one type: key of each → the ids of the events that have it. Those without a key are left out. */
export function idsBy<N extends EventName>(
  events: readonly StoredEvent[],
  type: N,
  keyOf: (data: Events[N]) => string | undefined,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { event, id } of events) {
    if (!isOf(event, type)) continue;
    const key = keyOf(event.data);
    if (key === undefined) continue;
    const ids = found.get(key);
    if (ids) ids.push(id);
    else found.set(key, [id]);
  }
  return found;
}

/** The codec of `type` made the data. */
function isOf<N extends EventName>(event: { type: string; data: object }, type: N): event is EventOf<N> {
  return event.type === type;
}

/** The data of all events of one type. */
export function dataOf<N extends EventName>(events: readonly StoredEvent[], type: N): Events[N][] {
  return events.flatMap(({ event }) => (isOf(event, type) ? [event.data] : []));
}
