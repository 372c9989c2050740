import {
  decodeEvent,
  type Event,
  type EventMeta,
  type EventName,
  type Events,
  isEventName,
  type Recorded,
  schemaOf,
} from '@dabba/contracts';
import { type Queryable, rows } from '../postgres/query.ts';
import type { SchemaBook } from './schema-book.ts';

export interface EventRow {
  position: number;
  stream: string;
  version: number;
  id: string;
  type: string;
  stream_type: string;
  metro: string;
  partition: number;
  schema: string;
  data: Buffer;
  headers: Pick<EventMeta, 'actor' | 'causationId' | 'correlationId' | 'traceparent'>;
  /** UTC milliseconds. */
  time: number;
}

export const eventColumns = `position, stream, version, id, type, stream_type, metro, partition, schema, data, headers,
  (extract(epoch from time) * 1000)::bigint as time`;

export interface HistoryRange {
  after: number;
  upTo: number;
  limit: number;
}

export async function readHistory(
  on: Queryable,
  schemas: SchemaBook,
  source: string,
  stream: string,
  { after, upTo, limit }: HistoryRange,
): Promise<Recorded[]> {
  const found = await rows<EventRow>(on, {
    name: 'dabba-history',
    text: `select ${eventColumns} from dabba.events where stream = $1 and version > $2 and version <= $3
           order by version limit $4`,
    values: [stream, after, upTo, limit],
  });
  const events: Recorded[] = [];
  for (const row of found) events.push(await recordedOf(on, schemas, source, row));
  return events;
}

async function recordedOf(
  on: Queryable,
  schemas: SchemaBook,
  source: string,
  row: EventRow,
): Promise<Recorded> {
  if (!isEventName(row.type)) throw new Error(`The event ${row.type} is not in the contracts of this build`);
  const { fingerprint } = schemaOf(row.type);
  const writer = row.schema === fingerprint ? undefined : await schemas.textOf(on, row.schema);
  const recorded = {
    type: row.type,
    data: decodeEvent(row.type, row.data, writer),
    meta: metaOf(row, source),
  };
  if (!fitsItsName<Recorded>(recorded)) throw new Error(`${row.type} was read as something else`);
  return recorded;
}

export function metaOf(row: EventRow, source: string): EventMeta {
  return {
    id: row.id,
    source,
    stream: row.stream,
    streamType: row.stream_type,
    version: row.version,
    position: row.position,
    metro: row.metro,
    time: row.time,
    ...row.headers,
  };
}

/** The codec of `type` made `data`, so the two belong together; the compiler cannot see it through the union. */
export function fitsItsName<E extends Event>(event: {
  type: EventName;
  data: Events[EventName];
}): event is E {
  return isEventName(event.type);
}
