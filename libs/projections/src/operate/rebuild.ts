import { setTimeout as pause } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { ProjectionDeps } from '../consume/deps.ts';
import { createIn, createTables } from '../tables/index.ts';
import type { ReadModel, RebuildReport } from '../types.ts';
import { lockAlone, unlock } from './lock.ts';
import { LogFold, type OnProgress } from './log-fold.ts';
import { swap } from './swap.ts';
import { distance, readSkips, readVector } from './vector.ts';

/** The shadow is swapped in once fewer records than this are left: they are folded while the live consumer waits. */
const closeEnough = 1_000;
/** Milliseconds in which the readers that queued behind a swap in vain can go on. */
const betweenSwaps = 1_000;

/**
 * Folds the model anew beside the live one and puts it in its place (P6). Readers and the live consumer go on
 * meanwhile. Parked and discarded events stay out; any other event that cannot be folded ends it, with nothing changed.
 * @throws Busy while the model is replayed, verified or rebuilt elsewhere
 */
export async function rebuild(
  model: ReadModel,
  deps: ProjectionDeps,
  onProgress?: OnProgress,
): Promise<RebuildReport> {
  const began = performance.now();
  await createTables(model, deps.pool);
  const client = await deps.pool.connect();
  try {
    await lockAlone(client, model.name);
    await dropShadow(client, model);
    await createIn('shadow', model, client);
    // What a crash loses of the shadow is only folded again; the swap itself is committed durably.
    await client.query('set synchronous_commit = off');
    const fold = await LogFold.into('shadow', model, deps, client);
    await catchUp(model, fold, client, onProgress);
    for (const [table, { left }] of Object.entries(model.tables)) {
      if (left !== undefined) await client.query(`delete from shadow."${table}" where ${left}`);
      await client.query(`analyze shadow."${table}"`);
    }
    while (!(await swap(model, fold, client))) {
      await pause(betweenSwaps);
      await catchUp(model, fold, client, onProgress);
    }
    const rows = await countRows(client, model);
    await unlock(client, model.name);
    await client.query('reset synchronous_commit');
    client.release();
    return { model: model.name, events: fold.events, rows, milliseconds: performance.now() - began };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    await dropShadow(client, model).catch(() => {});
    // The advisory lock and the settings go with the connection.
    client.release(true);
    throw error;
  }
}

async function catchUp(model: ReadModel, fold: LogFold, client: PoolClient, onProgress?: OnProgress) {
  for (;;) {
    const vector = await readVector(client, model);
    if (distance(fold.positions, vector) <= closeEnough && fold.positions.size > 0) return;
    await fold.foldTo(vector, await readSkips(client, model), onProgress);
    if (vector.size === 0) return;
  }
}

async function dropShadow(client: PoolClient, model: ReadModel): Promise<void> {
  for (const table of Object.keys(model.tables)) await client.query(`drop table if exists shadow."${table}"`);
}

async function countRows(client: PoolClient, model: ReadModel): Promise<number> {
  let sum = 0;
  for (const table of Object.keys(model.tables)) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from public."${table}"`);
    sum += Number(rows[0]?.count ?? 0);
  }
  return sum;
}
