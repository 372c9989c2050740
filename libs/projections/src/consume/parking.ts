import type { ClientBase } from 'pg';
import type { Entry } from './entry.ts';

export interface Parking {
  entry: Entry;
  error: string;
}

/** Writes what waits, in the transaction of the checkpoint (P4). */
export async function park(client: ClientBase, consumer: string, waiting: readonly Parking[]): Promise<void> {
  if (waiting.length === 0) return;
  const entries = waiting.map(({ entry }) => entry);
  await client.query(
    `insert into dabba.parked_streams (consumer, topic, stream, partition)
     select distinct on (topic, stream) $1, topic, stream, partition
       from unnest($2::text[], $3::text[], $4::integer[]) u(topic, stream, partition)
     on conflict do nothing`,
    [
      consumer,
      entries.map(({ record }) => record.topic),
      entries.map(({ stream }) => stream),
      entries.map(({ record }) => record.partition),
    ],
  );
  await client.query(
    `insert into dabba.parked_events
       (consumer, topic, partition, "offset", stream, type, event_id, error, key, value, headers, record_time)
     select $1, u.* from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                                $8::text[], $9::text[], $10::bytea[], $11::jsonb[], $12::bigint[]) u
     on conflict do nothing`,
    [
      consumer,
      entries.map(({ record }) => record.topic),
      entries.map(({ record }) => record.partition),
      entries.map(({ record }) => record.offset),
      entries.map(({ stream }) => stream),
      entries.map(({ type }) => type),
      entries.map(({ eventId }) => eventId),
      waiting.map(({ error }) => error.replaceAll('\u0000', '\\u0000')),
      entries.map(({ record }) => record.key),
      entries.map(({ record }) => record.value),
      entries.map(({ record }) => JSON.stringify(record.headers)),
      entries.map(({ record }) => record.timestamp),
    ],
  );
}
