import { randomBytes } from 'node:crypto';
import knex, { type Knex } from 'knex';
import pg from 'pg';

export interface TestDatabase {
  name: string;
  url: string;
  pool: pg.Pool;
  db: Knex;
  /** Ends the connections and drops the database. */
  drop(): Promise<void>;
}

/** A database of its own on the server DATABASE_URL names. */
export async function testDatabase(label = 'test', max = 10): Promise<TestDatabase> {
  const name = `${uniquePrefix(label)}db`;
  await maintain(`create database ${name}`);
  const address = new URL(maintenanceUrl());
  address.pathname = `/${name}`;
  const url = address.href;
  const pool = deafPool({ connectionString: url, max });
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 4 } });
  return {
    name,
    url,
    pool,
    db,
    async drop() {
      await db.destroy();
      await pool.end();
      await maintain(`drop database if exists ${name} with (force)`);
    },
  };
}

/** A pool whose clients take it calmly when the server goes away under them, or their database, idle or not. */
export function deafPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => {});
  // The pool's own listener is gone while a client is lent out, and once it is being closed.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A prefix for topics, groups and databases that no other test has: `orders_k3f9a2c1_`. */
export function uniquePrefix(label = 'test'): string {
  return `${label.toLowerCase().replace(/[^a-z0-9]+/g, '_')}_${randomBytes(4).toString('hex')}_`;
}

function maintenanceUrl(): string {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: run through `npm test`, which starts the servers');
  return url;
}

async function maintain(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
