import type { Pool } from 'pg';
import type { ArchiveFilter, PartRow } from './filter.ts';

/** An id, whose day a receipt is kept under, may be of another moment than the receipt, but not by this (milliseconds). */
export const apart = 60_000;

/** Parts that may hold what is asked for, by day: the question's days, and of those the files that its client may be in. */
export async function partsFor(pool: Pool, { from, to, client, after }: ArchiveFilter): Promise<PartRow[]> {
  const begin = Math.max(from.getTime(), after ? Date.parse(after.received_at) : 0);
  const { rows } = await pool.query<PartRow>({
    name: 'archived-parts',
    text: `select key, day::text as day, bytes::float8 as bytes, sha256 from archived_parts
            where day between $1 and $2 and ($3::text is null or $3 between first_client and last_client)
            order by day, key`,
    values: [dayAt(begin - apart), dayAt(to.getTime() + apart), client ?? null],
  });
  return rows;
}

export async function partsOfDay(pool: Pool, day: string): Promise<PartRow[]> {
  const { rows } = await pool.query<PartRow>({
    name: 'archived-parts-of-day',
    text: `select key, day::text as day, bytes::float8 as bytes, sha256 from archived_parts where day = $1 order by key`,
    values: [day],
  });
  return rows;
}

function dayAt(at: number): string {
  // Years that Postgres and JavaScript write alike.
  return new Date(Math.min(Math.max(at, 0), Date.UTC(9999, 11, 31))).toISOString().slice(0, 10);
}
