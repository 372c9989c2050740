import { isUuid } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import { archiveOf } from '../archive/index.ts';
import { stateOf } from '../archive/read/state.ts';
import { type Receipt, receiptRef } from '../receipt/receipt.ts';
import { rowsOf } from './rows.ts';
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
  if (state?.status === 'REGISTERING') return { receipt: state, waiting: await rowsOf(pool).waiting(id) };
  if (state !== null) return { receipt: state, waiting: [] };
  const row = await rowsOf(pool).inInbox(id);
  if (!row) {
    const archived = await archiveOf(deps).find(id);
    return archived && { receipt: stateOf(archived), waiting: [] };
  }
  const { client: clientId, type, format, hash, received_at } = row;
  const known = { clientId, type, format, hash, receivedAt: received_at.getTime() };
  const open = { version: null, acceptedAt: null, checks: [], failures: [], registrations: {} };
  return { receipt: { status: 'RECEIVED', ...known, ...open }, waiting: [] };
}
