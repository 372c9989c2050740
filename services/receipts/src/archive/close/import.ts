import { transaction } from '@dabba/event-store';
import type { Pool } from 'pg';
import type { ArchiveSettings } from '../settings.ts';
import { manifestsOf } from '../sql/analyst.ts';
import { addDay } from './mark.ts';

/** Takes days into the index again whose manifests are in the store: after a restore, or from another archive. How many were new. */
export async function importDays(pool: Pool, settings: ArchiveSettings, now: number): Promise<number> {
  let added = 0;
  for (const manifest of await manifestsOf(settings, { from: '0000-01-01', to: '9999-12-31' }))
    if (await transaction(pool, (client) => addDay(client, manifest, now))) added += 1;
  return added;
}
