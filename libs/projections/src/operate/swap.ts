import pg, { type PoolClient } from 'pg';
import { claim } from '../tables/origin.ts';
import type { ReadModel } from '../types.ts';
import type { LogFold } from './log-fold.ts';
import { readSkips, readVector, sameVector, type Vector } from './vector.ts';

const lockNotAvailable = '55P03';

/**
 * One transaction (P6): locks the live checkpoints, folds what is left up to exactly them, puts the shadow tables in the
 * place of the live ones and starts a new generation. False when readers held the tables for too long or a consumer
 * began a partition meanwhile: what was folded stays, the caller tries again.
 */
export async function swap(model: ReadModel, fold: LogFold, client: PoolClient): Promise<boolean> {
  await client.query('begin');
  await client.query('set local synchronous_commit = on');
  const vector = await readVector(client, model, 'for update');
  await fold.foldTo(vector, await readSkips(client, model));
  await client.query('savepoint folded');
  const swapped = await exchange(model, vector, client);
  if (!swapped) await client.query('rollback to savepoint folded');
  await client.query('commit');
  return swapped;
}

async function exchange(model: ReadModel, vector: Vector, client: PoolClient): Promise<boolean> {
  const tables = Object.keys(model.tables).sort();
  try {
    // Readers queue behind this wait, so it must not be long.
    await client.query("set local lock_timeout = '500ms'");
    await client.query(
      `lock table ${tables.map((table) => `public."${table}"`).join(', ')} in access exclusive mode`,
    );
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === lockNotAvailable) return false;
    throw error;
  }
  // From here on nobody can have written what the shadow lacks, not even a consumer that made its checkpoint just now.
  if (!sameVector(vector, await readVector(client, model))) return false;
  for (const table of tables) {
    await client.query(`drop table public."${table}"`);
    await client.query(`alter table shadow."${table}" set schema public`);
  }
  await claim(model, client);
  await client.query('update dabba.checkpoints set generation = generation + 1 where consumer = $1', [
    model.name,
  ]);
  return true;
}
