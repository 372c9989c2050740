import type { EventStore } from '@dabba/event-store';
import type { Pool } from 'pg';
import { type Told, ticketView } from '../doors/view.ts';
import { presentAt } from '../ticket/present.ts';
import { ticketRef } from '../ticket/ticket.ts';

export interface Change {
  /** Place in the order in which this service commits: a later one is always greater. */
  seq: number;
  ticket: Told;
}

/** Kitchens something happened in after a position, and the last position there is. */
export async function touchedAfter(pool: Pool, position: number) {
  const { rows } = await pool.query<{ position: string; outlet: string | null }>({
    name: 'kitchen-touched',
    text: `select e.position, s.state ->> 'outletId' as outlet
             from dabba.events e join dabba.streams s on s.id = e.stream
            where e.position > $1 and s.type = 'ticket' order by e.position limit 2000`,
    values: [position],
  });
  const outlets = new Set(rows.flatMap(({ outlet }) => (outlet === null ? [] : [outlet])));
  return { outlets, position: Number(rows.at(-1)?.position ?? position) };
}

export async function lastPosition(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ last: string | null }>(
    'select max(position) as last from dabba.events',
  );
  return Number(rows[0]?.last ?? 0);
}

/** Changes that are told in one go. */
export const atATime = 500;

/** Tickets of a kitchen that changed after a position, each once, as it is now. */
export async function changesAfter(
  pool: Pool,
  store: EventStore,
  outletId: string,
  position: number,
): Promise<Change[]> {
  const { rows } = await pool.query<{ stream: string; seq: string }>({
    name: 'kitchen-changes',
    text: `select e.stream, max(e.position) as seq
             from dabba.events e join dabba.streams s on s.id = e.stream
            where e.position > $1 and s.type = 'ticket' and s.state ->> 'outletId' = $2
            group by e.stream order by seq limit ${atATime}`,
    values: [position, outletId],
  });
  const changes = await Promise.all(
    rows.map(async ({ stream, seq }) => {
      const { state } = await store.load(ticketRef(stream, ''));
      return state === null || state.status === 'ANNOUNCED'
        ? []
        : [{ seq: Number(seq), ticket: ticketView(state) }];
    }),
  );
  return changes.flat();
}

/** What a screen that knows nothing has to know: tickets that are present, as of a position no change is after. */
export async function snapshot(
  pool: Pool,
  store: EventStore,
  outletId: string,
): Promise<{ seq: number; tickets: Told[] }> {
  const seq = await lastPosition(pool);
  return { seq, tickets: (await presentAt(pool, store, outletId)).map(ticketView) };
}
