import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { rows } from './query.ts';

export interface StoreIdentity {
  /** This database's `ce_source`. */
  source: string;
  /** Sources of the databases it was cloned from. */
  previous: readonly string[];
}

/**
 * Names this very database. A clone or a restored dump carries the row of its original, but another system identifier
 * or database oid, and becomes a new source (K6); a promoted standby stays the one it was.
 */
export async function identify(pool: Pool): Promise<StoreIdentity> {
  const [row] = await rows<StoreIdentity>(pool, {
    text: `insert into dabba.store_identity as known (source, system_identifier, database_oid)
           select $1, c.system_identifier, d.oid::bigint
             from pg_control_system() c, pg_database d where d.datname = current_database()
           on conflict (singleton) do update set
             previous = case when known.system_identifier = excluded.system_identifier
                 and known.database_oid = excluded.database_oid
               then known.previous else known.previous || known.source end,
             source = case when known.system_identifier = excluded.system_identifier
                 and known.database_oid = excluded.database_oid
               then known.source else excluded.source end,
             system_identifier = excluded.system_identifier,
             database_oid = excluded.database_oid
           returning source, previous`,
    values: [randomUUID()],
  });
  if (!row) throw new Error('The store has no identity');
  return row;
}
