import type { Pool } from 'pg';
import { dayOf } from '../intake/arrival.ts';
import type { Format } from '../types/port.ts';

/** A receipt's bytes as they came; undefined where they are nowhere any more. */
export async function documentOf(
  { pool }: { pool: Pool },
  id: string,
): Promise<{ format: Format; raw: Buffer } | undefined> {
  const { rows } = await pool.query<{ format: Format; raw: Buffer }>({
    name: 'document-in-inbox',
    text: 'select format, raw from inbox where received_on = $1 and id = $2',
    values: [dayOf(id), id],
  });
  return rows[0];
}
