import type { ClientBase } from 'pg';
import type { Entry } from '../consume/entry.ts';

/** One parked stream of one consumer. */
export interface ParkedStream {
  consumer: string;
  topic: string;
  stream: string;
}

/** Locks the park row FOR UPDATE, so that the live loop cannot add to it meanwhile (P4); false when there is none. */
export async function lockStream(client: ClientBase, parked: ParkedStream): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from dabba.parked_streams where consumer = $1 and topic = $2 and stream = $3 for update`,
    [parked.consumer, parked.topic, parked.stream],
  );
  return rowCount === 1;
}

export async function removeParked(
  client: ClientBase,
  parked: ParkedStream,
  entries: readonly Entry[],
): Promise<void> {
  await client.query(
    `delete from dabba.parked_events e using unnest($4::integer[], $5::bigint[]) u(partition, "offset")
      where e.consumer = $1 and e.topic = $2 and e.stream = $3
        and e.partition = u.partition and e."offset" = u."offset"`,
    [
      parked.consumer,
      parked.topic,
      parked.stream,
      entries.map(({ record }) => record.partition),
      entries.map(({ record }) => record.offset),
    ],
  );
}

/** Unparks a stream of which nothing waits any more; the caller has it locked. True if it did. */
export async function unparkIfEmpty(client: ClientBase, parked: ParkedStream): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from dabba.parked_streams s where consumer = $1 and topic = $2 and stream = $3
        and not exists (select from dabba.parked_events e
                         where e.consumer = s.consumer and e.topic = s.topic and e.stream = s.stream)`,
    [parked.consumer, parked.topic, parked.stream],
  );
  return rowCount === 1;
}

export async function recordError(
  client: ClientBase,
  { consumer }: ParkedStream,
  { record }: Entry,
  error: string,
): Promise<void> {
  await client.query(
    `update dabba.parked_events set error = $5
      where consumer = $1 and topic = $2 and partition = $3 and "offset" = $4`,
    [consumer, record.topic, record.partition, record.offset, error],
  );
}
