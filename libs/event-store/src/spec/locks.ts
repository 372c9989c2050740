import type { Pool } from 'pg';

/** How many sessions of this database wait for such a lock. */
export async function waitingFor(pool: Pool, kind: 'advisory' | 'transactionid'): Promise<number> {
  const { rowCount } = await pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = $1`,
    [kind],
  );
  return rowCount ?? 0;
}
