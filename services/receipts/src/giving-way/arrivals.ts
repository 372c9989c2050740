import type { Pool } from 'pg';

/** Documents whose ids were made since then, by the clocks of those who took them in. @param since UTC milliseconds */
export async function arrivalsSince(pool: Pool, since: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({
    name: 'arrivals-since',
    text: `select count(*)::int as count from inbox where received_on >= $1::date and id >= $2::uuid`,
    values: [new Date(since).toISOString().slice(0, 10), firstIdAt(since)],
  });
  return rows[0]?.count ?? 0;
}

/** No UUIDv7 made at that time or later is less. */
function firstIdAt(millis: number): string {
  const time = millis.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
