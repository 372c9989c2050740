import type { Recorded } from '@dabba/contracts';
import type { IncomingRecord, SchemaRegistry } from '@dabba/kafka';
import type { Pool } from 'pg';
import { decode } from '../consume/decode.ts';
import type { ParkedEvent } from '../types.ts';

export interface ParkedFilter {
  consumer?: string;
  topic?: string;
  stream?: string;
  eventId?: string;
  /** Default 1,000. */
  limit?: number;
}

/** A parked event with its record; `event` where this build can read it. */
export interface ParkedDetail extends ParkedEvent {
  record: IncomingRecord;
  event: Recorded | undefined;
}

export interface ParkedRow {
  consumer: string;
  topic: string;
  partition: number;
  offset: string;
  stream: string;
  type: string;
  event_id: string;
  error: string;
  parked_at: Date;
  key: string | null;
  value: Buffer | null;
  headers: Record<string, string>;
  record_time: string;
}

/** What waits, in the order it would be replayed. */
export async function parked(pool: Pool, filter: ParkedFilter = {}): Promise<ParkedEvent[]> {
  return (await parkedRows(pool, filter)).map(parkedOf);
}

/** The same with records and events, for a person to look at. */
export async function showParked(
  pool: Pool,
  registry: SchemaRegistry,
  filter: ParkedFilter,
): Promise<ParkedDetail[]> {
  const rows = await parkedRows(pool, filter);
  const entries = await decode(rows.map(recordOf), registry, () => true);
  return rows.map((row, index) => ({
    ...parkedOf(row),
    record: recordOf(row),
    event: entries[index]?.event,
  }));
}

export async function parkedRows(on: Pick<Pool, 'query'>, filter: ParkedFilter): Promise<ParkedRow[]> {
  const { rows } = await on.query<ParkedRow>(
    `select * from dabba.parked_events
      where ($1::text is null or consumer = $1) and ($2::text is null or topic = $2)
        and ($3::text is null or stream = $3) and ($4::text is null or event_id = $4)
      order by consumer, topic, stream, partition, "offset" limit $5`,
    [
      filter.consumer ?? null,
      filter.topic ?? null,
      filter.stream ?? null,
      filter.eventId ?? null,
      filter.limit ?? 1000,
    ],
  );
  return rows;
}

export function parkedOf(row: ParkedRow): ParkedEvent {
  const { consumer, topic, partition, stream, type, error } = row;
  const [offset, parkedAt] = [Number(row.offset), row.parked_at.getTime()];
  return { consumer, topic, partition, offset, stream, type, eventId: row.event_id, error, parkedAt };
}

export function recordOf({
  topic,
  partition,
  offset,
  key,
  value,
  headers,
  record_time,
}: ParkedRow): IncomingRecord {
  return { topic, partition, offset: Number(offset), timestamp: Number(record_time), key, value, headers };
}
