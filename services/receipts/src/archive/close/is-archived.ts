import { isUuid } from '@dabba/contracts';
import type { Pool } from 'pg';
import { dayOf } from '../../intake/arrival.ts';

/** Whether the day of such an id is in the archive. */
export async function isArchived(pool: Pool, receiptId: string): Promise<boolean> {
  if (!isUuid(receiptId)) return false;
  const { rows } = await pool.query('select from archived_days where day = $1', [dayOf(receiptId)]);
  return rows.length > 0;
}
