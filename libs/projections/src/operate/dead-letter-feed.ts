import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, OutgoingRecord } from '@dabba/kafka';
import type { Pool } from 'pg';
import { type Log, silent } from '../consume/deps.ts';
import { messageOf } from '../postgres/errors.ts';
import { type ParkedRow, parkedOf } from './parked.ts';

export interface DeadLetterFeed {
  stop(): Promise<void>;
}

const topic = 'dead-letters';
const chunkSize = 100;
/** Milliseconds between looks. */
const interval = 1_000;

/**
 * Publishes every parked event once more to `dead-letters`, at least once. The record: key = stream, the partition it
 * came from, headers of the original, value = JSON `{consumer, topic, partition, offset, stream, type, eventId, error,
 * parkedAt, value}` with the original bytes in base64 and `parkedAt` in UTC milliseconds.
 */
export function startDeadLetterFeed(deps: { pool: Pool; kafka: Kafka; log?: Log }): DeadLetterFeed {
  const { pool, kafka, log = silent } = deps;
  const publisher = kafka.publisher();
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const published = await feedOnce(pool, publisher).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'dead letters wait');
        return 0;
      });
      if (published < chunkSize)
        await pause(interval, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await publisher.close();
    },
  };
}

/** One process at a time, and no transaction open while Kafka is spoken to. Returns how many were published. */
async function feedOnce(
  pool: Pool,
  publisher: { publish(records: readonly OutgoingRecord[]): Promise<void> },
): Promise<number> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows: locks } = await client.query<{ free: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('dabba dead letters', 0)) as free",
    );
    if (!locks[0]?.free) return 0;
    const { rows } = await client.query<ParkedRow>(
      `select * from dabba.parked_events where not published order by parked_at, partition, "offset" limit $1`,
      [chunkSize],
    );
    if (rows.length > 0) {
      await publisher.publish(rows.map(letterOf));
      await client.query(
        `update dabba.parked_events e set published = true
           from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[]) u(consumer, topic, partition, "offset")
          where (e.consumer, e.topic, e.partition, e."offset") = (u.consumer, u.topic, u.partition, u."offset")`,
        [
          rows.map((row) => row.consumer),
          rows.map((row) => row.topic),
          rows.map((row) => row.partition),
          rows.map((row) => row.offset),
        ],
      );
    }
    await client.query("select pg_advisory_unlock(hashtextextended('dabba dead letters', 0))");
    return rows.length;
  } catch (error) {
    // The lock goes with the connection.
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

function letterOf(row: ParkedRow): OutgoingRecord {
  const letter = { ...parkedOf(row), value: row.value?.toString('base64') ?? null };
  return {
    topic,
    partition: row.partition,
    key: row.stream,
    value: Buffer.from(JSON.stringify(letter)),
    headers: { ...row.headers, 'content-type': 'application/json' },
  };
}
