import type { Instant } from '@dabba/contracts';
import type { Pool } from 'pg';
import { dayOf } from '../../intake/arrival.ts';
import type { Format } from '../port.ts';

/** A receipt as it came, while its day is hot. */
export interface Stored {
  id: string;
  format: Format;
  raw: Buffer;
  receivedAt: Instant;
}

export async function storedReceipts(pool: Pool, ids: readonly string[]): Promise<Map<string, Stored>> {
  const { rows } = await pool.query<Omit<Stored, 'receivedAt'> & { received_at: Date }>(
    `select i.id, i.format, i.raw, i.received_at
       from unnest($1::date[], $2::uuid[]) w(received_on, id)
       join inbox i on i.received_on = w.received_on and i.id = w.id`,
    [ids.map(dayOf), ids],
  );
  return new Map(
    rows.map(({ received_at, ...stored }) => [stored.id, { ...stored, receivedAt: received_at.getTime() }]),
  );
}
