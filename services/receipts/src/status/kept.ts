import { batcher, column, type Outcome } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { dayOf } from '../intake/arrival.ts';
import { type Receipt, receiptRef } from '../receipt/receipt.ts';
import type { Waiting } from './view.ts';

export interface Found {
  receipt: NonNullable<Receipt>;
  waiting: readonly Waiting[];
}

/** Undefined where it is not there, or its day is read from the archive. */
type FindKept = (id: string) => Promise<Found | undefined>;

const known = new WeakMap<Pool, FindKept>();

/**
 * Clients ask by the thousand, so those asked for together are read together; where many come they gather for it: a
 * question to Postgres costs a process as much as a receipt does.
 */
const batches = { most: 100, linger: 2 };

/** Finds receipts whose days are not archived, also before their first event. */
export function keptIn(deps: Pick<StoreDeps, 'store' | 'pool'>): FindKept {
  const found =
    known.get(deps.pool) ?? batcher<string, Found | undefined>((ids) => findAll(deps, ids), batches);
  known.set(deps.pool, found);
  return found;
}

async function findAll(
  { store, pool }: Pick<StoreDeps, 'store' | 'pool'>,
  ids: readonly string[],
): Promise<Outcome<Found | undefined>[]> {
  const loaded = await Promise.allSettled(
    ids.map(async (id) => (await store.load(receiptRef(id, ''))).state),
  );
  const those = (wanted: (state: Receipt) => boolean) =>
    ids.filter((_, place) => {
      const one = loaded[place];
      return one?.status === 'fulfilled' && wanted(one.value);
    });
  const [arrived, waiting] = await Promise.all([
    readInbox(
      pool,
      those((state) => state === null),
    ),
    readWaiting(
      pool,
      those((state) => state?.status === 'REGISTERING'),
    ),
  ]);
  return loaded.map((one, place) => {
    if (one.status === 'rejected') return { ok: false, error: one.reason };
    const id = ids[place]?.toLowerCase() ?? '';
    const receipt = one.value ?? arrived.get(id);
    return { ok: true, value: receipt && { receipt, waiting: waiting.filter((row) => row.receipt === id) } };
  });
}

interface InInbox {
  id: string;
  client: string;
  type: string;
  format: 'JSON' | 'XML';
  /** Hex. */
  hash: string;
  received_at: Date;
}

/** What is known of receipts before their first event, by id. */
async function readInbox(pool: Pool, ids: readonly string[]): Promise<Map<string, Found['receipt']>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<InInbox>({
    name: 'receipts-in-inbox',
    text: `select i.id, i.client, i.type, i.format, encode(i.hash, 'hex') as hash, i.received_at
             from unnest($1::uuid[], $2::date[]) w(id, day)
             join inbox i on i.received_on = w.day and i.id = w.id
            where not exists (select from archived_days a where a.day = w.day)`,
    values: [column.uuid(ids), column.date(ids.map(dayOf))],
  });
  const open = { version: null, acceptedAt: null, checks: [], failures: [], registrations: {} };
  return new Map(
    rows.map(({ id, client: clientId, type, format, hash, received_at }) => {
      const arrived = { clientId, type, format, hash, receivedAt: received_at.getTime() };
      return [id, { status: 'RECEIVED', ...arrived, ...open }];
    }),
  );
}

async function readWaiting(
  pool: Pool,
  ids: readonly string[],
): Promise<readonly (Waiting & { receipt: string })[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<Waiting & { receipt: string }>({
    name: 'registrations-due',
    text: 'select receipt, authority, attempts, last_error from due_registrations where receipt = any($1::uuid[])',
    values: [column.uuid(ids)],
  });
  return rows;
}
