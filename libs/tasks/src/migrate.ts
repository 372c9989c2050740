import { readFileSync } from 'node:fs';
import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { graphileLogger, type Log, silent } from './log.ts';
import { mindPoolErrors } from './pool-errors.ts';

const schema = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');

/**
 * Brings the schemas `graphile_worker` and `dabba` (its task functions) up to date. May run again and again, in several
 * processes at once, before or after the event store's own migrations.
 */
export async function migrateTasks(pool: Pool, log: Log = silent): Promise<void> {
  const unmind = mindPoolErrors(pool, log);
  const client = await pool.connect();
  try {
    // `create … if not exists` is not safe against a concurrent twin; the event store takes the same lock.
    await client.query(`select pg_advisory_lock(hashtext('dabba migrate'))`);
    try {
      await runMigrations({ pgPool: pool, logger: graphileLogger(log) });
      await client.query(schema);
    } finally {
      await client.query(`select pg_advisory_unlock(hashtext('dabba migrate'))`);
    }
  } finally {
    client.release();
    unmind();
  }
}
