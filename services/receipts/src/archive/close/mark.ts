import { transaction } from '@dabba/event-store';
import type { Pool, PoolClient } from 'pg';
import { type Manifest, manifestKey } from '../manifest.ts';
import type { Reopenable } from './hot-day.ts';

/**
 * From this commit on the day is in the archive. Receipts that could have been reopened lose their streams in it, at the very version that was
 * archived: one that was reopened meanwhile is in the way, and the day is archived another time. False: it was marked before.
 * @throws Error where the day has changed
 */
export function markArchived(
  pool: Pool,
  manifest: Manifest,
  reopenable: readonly Reopenable[],
  now: number,
): Promise<boolean> {
  const { day } = manifest;
  return transaction(pool, async (client) => {
    if (!(await addDay(client, manifest, now))) return false;
    const closed = await client.query(
      `delete from dabba.streams s using unnest($1::text[], $2::int[]) r(id, version)
        where s.id = r.id and s.version = r.version`,
      [reopenable.map(({ id }) => id), reopenable.map(({ version }) => version)],
    );
    if (closed.rowCount !== reopenable.length)
      throw new Error(`A receipt of ${day} was reopened while it was archived`);
    await client.query('delete from refused_registrations where received_on = $1', [day]);
    const { rows } = await client.query('select from due_registrations where received_on = $1 limit 1', [
      day,
    ]);
    if (rows.length > 0) throw new Error(`Something of ${day} came due while it was archived`);
    return true;
  });
}

/** A day and its parts as questions find them; false where it is known. Also how a manifest is taken in again. */
export async function addDay(
  client: PoolClient,
  { day, receipts, digest, parts }: Manifest,
  now: number,
): Promise<boolean> {
  const added = await client.query(
    `insert into archived_days (day, receipts, digest, manifest, archived_at)
     values ($1, $2, $3, $4, to_timestamp($5 / 1000.0)) on conflict do nothing`,
    [day, receipts, digest, manifestKey(day), now],
  );
  if (added.rowCount === 0) return false;
  await client.query(
    `insert into archived_parts (day, key, receipts, bytes, sha256, first_client, last_client)
     select $1, p.* from jsonb_to_recordset($2) p(key text, receipts bigint, bytes bigint, sha256 text, first_client text, last_client text)`,
    [day, JSON.stringify(parts)],
  );
  return true;
}
