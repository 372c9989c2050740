import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Knex } from 'knex';
import type { Pool } from 'pg';

/**
 * Runs a service's own knex migrations, one process at a time. The lock is an advisory one, which dies with its
 * holder; knex's lock row would outlive a killed process, so it is freed first.
 */
export async function migrateOwn(pool: Pool, db: Knex, folder: URL): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext('dabba own migrations'))");
    const migrationSource = source(folder);
    await db.migrate.forceFreeMigrationsLock({ migrationSource });
    await db.migrate.latest({ migrationSource });
    await client.query("select pg_advisory_unlock(hashtext('dabba own migrations'))");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** By import, since knex cannot load TypeScript; a migration keeps its name whichever extension it is run with. */
function source(folder: URL): Knex.MigrationSource<string> {
  return {
    async getMigrations() {
      const files = await readdir(folder);
      return files.filter((file) => /\.(js|ts)$/.test(file) && !/\.(d|spec)\.ts$/.test(file)).sort();
    },
    getMigrationName: (file) => basename(file, extname(file)),
    getMigration: async (file) => import(new URL(file, folder).href),
  };
}
