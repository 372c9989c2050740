import { isUuid } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { archiveOf } from '../archive/index.ts';
import { stateOf } from '../archive/read/state.ts';
import { dayOf } from '../intake/arrival.ts';
import { type Receipt, receiptRef } from '../receipt/receipt.ts';
import type { Waiting } from './view.ts';

export interface Found {
  receipt: NonNullable<Receipt>;
  waiting: readonly Waiting[];
}

/** A receipt as it is now, also before its first event and after its day was archived; undefined where there is none. */
export async function findReceipt(
  deps: Pick<StoreDeps, 'store' | 'pool' | 'env'>,
  id: string,
): Promise<Found | undefined> {
  const { store, pool } = deps;
  if (!isUuid(id)) return undefined;
  const { state } = await store.load(receiptRef(id, ''));
  if (state?.status === 'REGISTERING') return { receipt: state, waiting: await waitingOf(pool, id) };
  if (state !== null) return { receipt: state, waiting: [] };
  const { rows } = await pool.query<{ client: string; type: string; hash: string; received_at: Date }>({
    name: 'receipt-in-inbox',
    text: `select client, type, encode(hash, 'hex') as hash, received_at
             from inbox where received_on = $1 and id = $2
              and not exists (select from archived_days where day = $1)`,
    values: [dayOf(id), id],
  });
  const [row] = rows;
  if (!row) {
    const archived = await archiveOf(deps).find(id);
    return archived && { receipt: stateOf(archived), waiting: [] };
  }
  const { client: clientId, type, hash, received_at } = row;
  const known = { clientId, type, hash, receivedAt: received_at.getTime() };
  const open = { version: null, acceptedAt: null, checks: [], failures: [], registrations: {} };
  return { receipt: { status: 'RECEIVED', ...known, ...open }, waiting: [] };
}

async function waitingOf(pool: Pool, id: string): Promise<Waiting[]> {
  const { rows } = await pool.query<Waiting>({
    name: 'registrations-due',
    text: 'select authority, attempts, last_error from due_registrations where receipt = $1',
    values: [id],
  });
  return rows;
}
