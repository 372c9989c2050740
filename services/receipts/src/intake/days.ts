import type { Pool } from 'pg';

const day = 86_400_000;
/** Days opened ahead. */
const ahead = 3;

/** Opens the partitions of days; those that are open stay as they are. */
export async function openDays(pool: Pool, days: readonly string[]): Promise<void> {
  for (const one of [...new Set(days)].sort()) await pool.query('select open_inbox_day($1)', [one]);
}

/** Today's partition and those of the next days. @param now UTC milliseconds */
export async function openDaysAhead(pool: Pool, now: number): Promise<void> {
  const days = Array.from({ length: ahead + 1 }, (_, n) =>
    new Date(now + n * day).toISOString().slice(0, 10),
  );
  await openDays(pool, days);
}
