import type { EventStore } from '@dabba/event-store';
import type { Pool } from 'pg';
import { type Ticket, ticketRef } from './ticket.ts';

/** What a kitchen may have to make, still has to, or somebody to fetch, as this service has decided it: no list that trails. */
export async function presentAt(
  pool: Pool,
  store: EventStore,
  outletId: string,
): Promise<NonNullable<Ticket>[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'kitchen-present',
    text: `select id from dabba.streams
            where type = 'ticket' and state ->> 'outletId' = $1
              and state ->> 'status' in ('OFFERED', 'OPEN', 'FIRED', 'STARTED', 'READY')`,
    values: [outletId],
  });
  const states = await Promise.all(rows.map(({ id }) => store.load(ticketRef(id, ''))));
  return states.flatMap(({ state }) => (state === null ? [] : [state]));
}
