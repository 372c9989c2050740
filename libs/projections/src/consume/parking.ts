import { column, type PreparedStatement } from '@dabba/event-store';
import type { Entry } from './entry.ts';

export interface Parking {
  entry: Entry;
  error: string;
}

/** What waits is written in the transaction of the checkpoint (P4). */
export function parking(consumer: string, waiting: readonly Parking[]): PreparedStatement[] {
  if (waiting.length === 0) return [];
  const entries = waiting.map(({ entry }) => entry);
  const topics = column.text(entries.map(({ record }) => record.topic));
  const partitions = column.int4(entries.map(({ record }) => record.partition));
  const streams = column.text(entries.map(({ stream }) => stream));
  return [
    {
      text: `insert into dabba.parked_streams (consumer, topic, stream, partition)
             select distinct on (topic, stream) $1, topic, stream, partition
               from unnest($2::text[], $3::text[], $4::integer[]) u(topic, stream, partition)
             on conflict do nothing`,
      values: [consumer, topics, streams, partitions],
    },
    {
      text: `insert into dabba.parked_events
               (consumer, topic, partition, "offset", stream, type, event_id, error, key, value, headers, record_time)
             select $1, u.* from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                                        $8::text[], $9::text[], $10::bytea[], $11::jsonb[], $12::bigint[]) u
             on conflict do nothing`,
      values: [
        consumer,
        topics,
        partitions,
        column.int8(entries.map(({ record }) => record.offset)),
        streams,
        column.text(entries.map(({ type }) => type)),
        column.text(entries.map(({ eventId }) => eventId)),
        column.text(waiting.map(({ error }) => error.replaceAll('\u0000', '\\u0000'))),
        column.text(entries.map(({ record }) => record.key)),
        column.bytea(entries.map(({ record }) => record.value)),
        column.jsonb(entries.map(({ record }) => JSON.stringify(record.headers))),
        column.int8(entries.map(({ record }) => record.timestamp)),
      ],
    },
  ];
}
