import type { Instant } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { archiveOf } from '../../archive/index.ts';
import { dayOf } from '../../intake/arrival.ts';
import type { Format } from '../port.ts';

/** A receipt as it came. */
export interface Stored {
  id: string;
  format: Format;
  raw: Buffer;
  receivedAt: Instant;
}

/** Those of hot days together, then those of archived ones, each by itself; who is nowhere is missing. */
export async function storedReceipts(
  deps: Pick<StoreDeps, 'pool' | 'env'>,
  ids: readonly string[],
): Promise<Map<string, Stored>> {
  const stored = await hotReceipts(deps.pool, ids);
  for (const id of ids.filter((each) => !stored.has(each))) {
    const archived = await archiveOf(deps).find(id);
    if (!archived) continue;
    const { format, raw, receivedAt } = archived;
    stored.set(id, { id, format, raw, receivedAt });
  }
  return stored;
}

async function hotReceipts(pool: Pool, ids: readonly string[]): Promise<Map<string, Stored>> {
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
