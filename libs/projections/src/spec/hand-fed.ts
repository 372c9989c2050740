import { type TestDatabase, testDatabase } from '@dabba/testing';
import pg, { type Pool } from 'pg';
import { migrateProjections, type ProjectionDeps, type ReadModel, startReadModel } from '../index.ts';
import { type Member, type MemoryLog, memoryLog } from './memory-log.ts';
import { type Draft, recordOf, registry } from './world.ts';

/** Real tables, and a log that hands over what the test says. */
export interface HandFed extends ProjectionDeps {
  database: TestDatabase;
  memory: MemoryLog;
  append(drafts: readonly Draft[]): void;
  /** Starts the model once more; every call is another process. */
  member(model: ReadModel): Promise<Member>;
  rows(sql: string, values?: unknown[]): Promise<unknown[]>;
  /** A connection of its own, ended with the rest: what it holds never outlives a failing test. */
  connect(): Promise<pg.Client>;
  /** Stops every process: what they do now and then would reach the tables of whoever comes next. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function handFed(label: string, database?: TestDatabase): Promise<HandFed> {
  const own = database ?? (await testDatabase(label));
  const pool: Pool = own.pool;
  await migrateProjections(pool);
  const memory = memoryLog();
  const deps: ProjectionDeps = { pool, kafka: memory.kafka, registry };
  const stops: (() => Promise<void>)[] = [];
  const clients: pg.Client[] = [];
  const leave = async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  };
  return {
    leave,
    ...deps,
    database: own,
    memory,
    append: (drafts) => memory.append(drafts.map(recordOf)),
    async member(model) {
      const consumer = await startReadModel(model, deps);
      stops.push(consumer.stop);
      const member = memory.members.at(-1);
      if (!member) throw new Error('The model did not subscribe');
      return member;
    },
    rows: async (sql, values = []) => (await pool.query({ text: sql, values })).rows,
    async connect() {
      const client = new pg.Client({ connectionString: own.url });
      clients.push(client);
      await client.connect();
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
      await leave();
      await own.drop();
    },
  };
}
