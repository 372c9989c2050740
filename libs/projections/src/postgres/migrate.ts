import { readFileSync } from 'node:fs';
import { transaction } from '@dabba/event-store';
import type { Pool } from 'pg';

const sql = ['tables.sql', 'advance.sql'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));

/** Brings checkpoints and parking tables (schema `dabba`) up to date. Any number of processes may call it at once. */
export async function migrateProjections(pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('dabba migrate'))");
    for (const text of sql) await client.query(text);
  });
}
