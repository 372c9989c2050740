import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Config } from '../config/settings.ts';
import { isDependencyAway } from '../http/dependency-away.ts';
import { createDatabase } from './create.ts';

export interface Database {
  pool: pg.Pool;
  db: Knex;
  close(): Promise<void>;
}

/**
 * Store and folds look everything up by key. Their statements are planned once for each connection, in a new database
 * while the tables are empty, when reading all of a table looks cheapest; it does not stay so, and a plan is not made
 * again because a table grew. That the plan is the same for all values Postgres would try out first, five times a statement.
 */
const byKey =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan';

/** Milliseconds. What a connection knows is worth more than its memory: a new one parses and plans all statements again. */
const idle = 300_000;

/** Connects to the service's database, creating it if it is missing and waiting a little if the server is away. */
export async function openDatabase(
  { service, database }: Config,
  log: FastifyBaseLogger,
  patience = 30_000,
): Promise<Database> {
  const { url, maintenanceUrl } = database;
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    application_name: service,
    options: byKey,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: idle,
  });
  // Without a listener the process dies with the first idle connection.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  // Nor does the pool listen to one that is lent out: whoever has it learns of the loss by its next statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  await patiently(patience, log, async () => {
    if (maintenanceUrl !== undefined) await createDatabase(url, maintenanceUrl);
    await pool.query('select 1');
  });
  const db = knex({
    client: 'pg',
    connection: { connectionString: url, application_name: `${service} reads` },
    pool: { min: 0, max: 6 },
    acquireConnectionTimeout: 5_000,
    log: knexLog(log),
  });
  return {
    pool,
    db,
    async close() {
      await db.destroy();
      await pool.end();
    },
  };
}

async function patiently(
  patience: number,
  log: FastifyBaseLogger,
  attempt: () => Promise<void>,
): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isDependencyAway(error) || Date.now() > end) throw error;
      log.warn({ err: error }, 'the database is away; waiting for it');
      await pause(500);
    }
  }
}

/** Knex writes to stdout otherwise; the errors it tells of reach the caller, too. */
function knexLog(log: FastifyBaseLogger): Knex.Logger {
  const quietly = (message: unknown) => log.debug({}, `knex: ${String(message)}`);
  return { error: quietly, warn: quietly, debug: quietly, deprecate: quietly };
}
