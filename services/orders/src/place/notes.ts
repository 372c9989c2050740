import type { PreparedStatement } from '@dabba/event-store';
import type { Knex } from 'knex';
import type { QueryResultRow } from 'pg';
import type { Point } from '../offer/delivery.ts';

/** In a customer's own words, and where they are: never in an event. */
export interface Notes {
  special_requests: string | null;
  deliver_to: Point | null;
  /** Line → what is wished of it (S2-DAT-08). */
  lines: Readonly<Record<string, string>> | null;
}

export async function keepNotes(db: Knex, orderId: string, customerId: string | null, notes: Partial<Notes>) {
  const given = Object.entries(notes).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name, typeof value === 'object' && value !== null ? JSON.stringify(value) : value]],
  );
  await db('order_notes')
    .insert({ order_id: orderId, customer_id: customerId, ...Object.fromEntries(given) })
    .onConflict('order_id')
    .merge(given.map(([name]) => String(name)));
}

export async function dropNotes(db: Knex, orderId: string): Promise<void> {
  await db('order_notes').where({ order_id: orderId }).delete();
}

/** @returns order → what was written of it, where there is anything */
export async function notesOfAll(db: Knex, orderIds: readonly string[]): Promise<ReadonlyMap<string, Notes>> {
  const rows = await db<Notes & { order_id: string }>('order_notes')
    .whereIn('order_id', [...orderIds])
    .select('*');
  return new Map(rows.map((row) => [row.order_id, row]));
}

/** To be read by {@link readNotes}. */
export function notesOf(orderId: string): PreparedStatement {
  return { text: 'select to_jsonb(n) as notes from order_notes n where order_id = $1', values: [orderId] };
}

export function readNotes(found: QueryResultRow | undefined): Notes | undefined {
  return found?.notes;
}
