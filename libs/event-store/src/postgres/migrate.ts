import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { transaction } from './transaction.ts';

const sql = ['tables.sql', 'append-batch.sql'].map((file) =>
  readFileSync(new URL(file, import.meta.url), 'utf8'),
);

/** Brings the schema `dabba` up to date. Any number of processes may call it at once. */
export async function migrateStore(pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('dabba migrate'))");
    for (const text of sql) await client.query(text);
  });
}
