import { batcher, column, type Outcome } from '@dabba/event-store';
import type { Pool } from 'pg';
import { dayOf } from '../intake/arrival.ts';
import type { Waiting } from './view.ts';

/** What is known of a receipt before its first event. */
export interface InInbox {
  client: string;
  type: string;
  format: 'JSON' | 'XML';
  /** Hex. */
  hash: string;
  received_at: Date;
}

/** Rows beside a receipt's stream. Clients ask by the thousand, so those asked for together are read together. */
export interface Rows {
  /** Undefined where it is not there, or its day is read from the archive. */
  inInbox(id: string): Promise<InInbox | undefined>;
  waiting(id: string): Promise<readonly Waiting[]>;
}

const known = new WeakMap<Pool, Rows>();
const most = { most: 100 };

export function rowsOf(pool: Pool): Rows {
  const found = known.get(pool) ?? {
    inInbox: batcher<string, InInbox | undefined>((ids) => readInbox(pool, ids), most),
    waiting: batcher<string, readonly Waiting[]>((ids) => readWaiting(pool, ids), most),
  };
  known.set(pool, found);
  return found;
}

async function readInbox(pool: Pool, ids: readonly string[]): Promise<Outcome<InInbox | undefined>[]> {
  const { rows } = await pool.query<InInbox & { id: string }>({
    name: 'receipts-in-inbox',
    text: `select i.id, i.client, i.type, i.format, encode(i.hash, 'hex') as hash, i.received_at
             from unnest($1::uuid[], $2::date[]) w(id, day)
             join inbox i on i.received_on = w.day and i.id = w.id
            where not exists (select from archived_days a where a.day = w.day)`,
    values: [column.uuid(ids), column.date(ids.map(dayOf))],
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => ({ ok: true, value: byId.get(id.toLowerCase()) }));
}

async function readWaiting(pool: Pool, ids: readonly string[]): Promise<Outcome<readonly Waiting[]>[]> {
  const { rows } = await pool.query<Waiting & { receipt: string }>({
    name: 'registrations-due',
    text: 'select receipt, authority, attempts, last_error from due_registrations where receipt = any($1::uuid[])',
    values: [column.uuid(ids)],
  });
  return ids.map((id) => ({ ok: true, value: rows.filter(({ receipt }) => receipt === id.toLowerCase()) }));
}
