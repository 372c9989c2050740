import { type TestDatabase, testDatabase } from '@dabba/testing';
import type { Pool } from 'pg';
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
  close(): Promise<void>;
}

export async function handFed(label: string, database?: TestDatabase): Promise<HandFed> {
  const own = database ?? (await testDatabase(label));
  const pool: Pool = own.pool;
  await migrateProjections(pool);
  const memory = memoryLog();
  const deps: ProjectionDeps = { pool, kafka: memory.kafka, registry };
  const stops: (() => Promise<void>)[] = [];
  return {
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
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      await own.drop();
    },
  };
}
