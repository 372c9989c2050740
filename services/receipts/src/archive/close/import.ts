import { transaction } from '@dabba/event-store';
import type { Pool } from 'pg';
import type { ArchiveSettings } from '../settings.ts';
import { manifestsOf } from '../sql/analyst.ts';
import { addDay } from './mark.ts';
import { partitionOf } from './sweep.ts';

/**
 * Takes days into the index again whose manifests are in the store: after a restore, or from another archive. How many were new. Days that hot
 * tables have are left to the archiver: a manifest may be of a run that died before it could mark its day.
 */
export async function importDays(pool: Pool, settings: ArchiveSettings, now: number): Promise<number> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'inbox'::regclass`,
  );
  const hot = new Set(rows.map(({ name }) => name));
  let added = 0;
  for (const manifest of await manifestsOf(settings, { from: '0000-01-01', to: '9999-12-31' }))
    if (
      !hot.has(partitionOf(manifest.day)) &&
      (await transaction(pool, (client) => addDay(client, manifest, now)))
    )
      added += 1;
  return added;
}
