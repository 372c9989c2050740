import type { Pool } from 'pg';
import { folderOf, manifestKey, readManifest } from '../manifest.ts';
import type { CloseDeps } from './archive-day.ts';

/** Receipts taken out in one statement. */
const page = 1000;

type SweepDeps = Pick<CloseDeps, 'pool' | 'archive' | 'onStep'>;

/**
 * Empties hot tables of a day that is archived. Every step may be repeated; the day's own partition, which tells what there is to do, goes last.
 * The last event of each partition of the topic stays: the relay compares it with Kafka (K6). So do events that are not on Kafka yet, and then
 * the day is not done. Returns whether it is.
 */
export async function sweepDay(
  { pool, archive, onStep }: SweepDeps,
  day: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const partition = partitionOf(day);
  if (await isThere(pool, partition)) {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      signal?.throwIfAborted();
      const { rows } = await pool.query<{ id: string }>(
        `select id from ${partition} where id > $1 order by id limit ${page}`,
        [after],
      );
      const last = rows.at(-1);
      if (!last) break;
      after = last.id;
      if (
        !(await sweepReceipts(
          pool,
          rows.map(({ id }) => id),
        ))
      )
        return false;
    }
    await pool.query(
      'delete from arrivals where receipt >= first_receipt_of($1) and receipt < first_receipt_of($1::date + 1)',
      [day],
    );
    await onStep?.('emptied', day);
    await detach(pool, partition);
    await onStep?.('detached', day);
    await pool.query(`drop table ${partition}`);
    await onStep?.('dropped', day);
  }
  await sweepList(pool, day);
  await removeStrays(archive, day);
  await pool.query('update archived_days set swept_at = now() where day = $1', [day]);
  return true;
}

/** Parts that a run began and another finished otherwise: whoever reads the folder without its manifest reads no receipt twice. */
async function removeStrays({ objects }: CloseDeps['archive'], day: string): Promise<void> {
  const manifest = await objects.get(manifestKey(day));
  if (!manifest) throw new Error(`The archive has lost the manifest of ${day}`);
  const known = new Set([manifestKey(day), ...readManifest(manifest).parts.map(({ key }) => key)]);
  for (const key of await objects.list(`${folderOf(day)}/`)) if (!known.has(key)) await objects.remove(key);
}

/** Where the raw bytes of a day are. */
export function partitionOf(day: string): string {
  return `inbox_${day.replaceAll('-', '')}`;
}

/** Rows of the list; also those that a rebuild has brought back. */
export async function sweepList(pool: Pool, day: string): Promise<void> {
  await pool.query(
    'delete from receipt_list where receipt_id >= first_receipt_of($1) and receipt_id < first_receipt_of($1::date + 1)',
    [day],
  );
}

/** False where something of them is not on Kafka yet. */
async function sweepReceipts(pool: Pool, ids: readonly string[]): Promise<boolean> {
  const unsent = await pool.query(
    `select from dabba.events where stream = any($1::text[])
        and position > (select position from dabba.relay_cursor) limit 1`,
    [ids],
  );
  if (unsent.rowCount !== 0) return false;
  await pool.query('delete from acknowledgements where receipt = any($1::uuid[])', [ids]);
  await pool.query(
    `delete from dabba.events e where e.stream = any($1::text[])
        and exists (select from dabba.events later where later.position > e.position and later.partition = e.partition)`,
    [ids],
  );
  await pool.query(`delete from dabba.streams where id = any($1::text[]) and type = 'receipt'`, [ids]);
  return true;
}

/** Before it is dropped, so that nobody has to wait for that; a crash between the two leaves a table that the next run drops. */
async function detach(pool: Pool, partition: string): Promise<void> {
  const { rows } = await pool.query<{ pending: boolean }>(
    'select inhdetachpending as pending from pg_inherits where inhrelid = $1::regclass',
    [partition],
  );
  const [attached] = rows;
  if (attached)
    await pool.query(
      `alter table inbox detach partition ${partition} ${attached.pending ? 'finalize' : 'concurrently'}`,
    );
}

async function isThere(pool: Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ]);
  return rows[0]?.there ?? false;
}
