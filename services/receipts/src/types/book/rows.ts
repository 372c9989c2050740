import type { Instant } from '@dabba/contracts';
import type { ClientBase, Pool } from 'pg';
import type { Definition } from '../definition/definition.ts';
import type { Format } from '../port.ts';

/** A version as it is kept. */
export interface TypeRow {
  type: string;
  format: Format;
  version: number;
  definition: Definition;
  hash: string;
  createdBy: string;
  createdAt: Instant;
}

interface Row extends Omit<TypeRow, 'createdBy' | 'createdAt'> {
  created_by: string;
  created_at: Date;
}

const columns = 'type, format, version, definition, hash, created_by, created_at';

/** Versions are only ever added, so their number says whether there is anything new. */
export async function countTypes(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::integer as count from receipt_types',
  );
  return rows[0]?.count ?? 0;
}

/** The newest version of each type and format. */
export async function newestTypes(db: Pool | ClientBase): Promise<TypeRow[]> {
  const { rows } = await db.query<Row>(
    `select distinct on (type, format) ${columns} from receipt_types order by type, format, version desc`,
  );
  return rows.map(rowOf);
}

/** Every version of a type in all its formats, newest first. */
export async function versionsOf(pool: Pool, type: string): Promise<TypeRow[]> {
  const { rows } = await pool.query<Row>(
    `select ${columns} from receipt_types where type = $1 order by format, version desc`,
    [type],
  );
  return rows.map(rowOf);
}

export async function insertType(client: ClientBase, row: TypeRow): Promise<void> {
  const { type, format, version, definition, hash, createdBy, createdAt } = row;
  await client.query(`insert into receipt_types (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`, [
    type,
    format,
    version,
    JSON.stringify(definition),
    hash,
    createdBy,
    new Date(createdAt).toISOString(),
  ]);
}

function rowOf({ created_by, created_at, ...row }: Row): TypeRow {
  return { ...row, createdBy: created_by, createdAt: created_at.getTime() };
}
