import type { Recorded } from '@dabba/contracts';
import { defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';
import { evolve, isAwaited, type Ticket, type TicketEvent, type TicketStatus } from '../ticket/ticket.ts';

interface TicketRow {
  ticket_id: string;
  outlet_id: string;
  status: TicketStatus;
  fire_at: Date;
  ticket: NonNullable<Ticket>;
}

/** Every ticket as it is, by kitchen. */
export const ticketList = defineReadModel({
  name: 'ticket-list',
  topics: ['kitchen'],
  tables: {
    ticket_list: {
      kind: 'rows',
      key: ['ticket_id'],
      create(table) {
        table.text('ticket_id').primary();
        table.text('outlet_id').notNullable();
        table.text('status').notNullable();
        table.timestamp('fire_at').notNullable();
        table.jsonb('ticket').notNullable();
        table.index(['outlet_id', 'status', 'fire_at']);
      },
    },
  },
  on: {
    TicketAnnounced: fold,
    TicketOffered: fold,
    TicketOpened: fold,
    TicketFired: fold,
    TicketStarted: fold,
    TicketLineBumped: fold,
    TicketLineRecalled: fold,
    TicketReady: fold,
    TicketEstimated: fold,
    TicketHandedOver: fold,
    TicketCancelled: fold,
    TicketRejected: fold,
  },
});

function fold({ meta: _, ...event }: Recorded<TicketEvent>, rows: Rows<'ticket_list'>): void {
  const { ticketId } = event.data;
  rows.change('ticket_list', { ticket_id: ticketId }, (row) => {
    const ticket = evolve(known(row?.ticket), event);
    if (ticket === null) return undefined;
    const { outletId: outlet_id, status, fireAt } = ticket;
    return { ticket_id: ticketId, outlet_id, status, fire_at: new Date(fireAt), ticket: { ...ticket } };
  });
}

/** What this fold wrote itself. */
function known(cell: unknown): Ticket {
  return isTicket(cell) ? cell : null;
}

function isTicket(cell: unknown): cell is NonNullable<Ticket> {
  return typeof cell === 'object' && cell !== null && 'ticketId' in cell && 'lines' in cell;
}

/** What waits for its vendor, still has to be made, or fetched. */
export const present: readonly TicketStatus[] = ['OFFERED', 'OPEN', 'FIRED', 'STARTED', 'READY'];

/** What is to begin first comes first. */
export async function ticketsAt(
  db: Knex,
  outletId: string,
  statuses: readonly string[] = present,
): Promise<NonNullable<Ticket>[]> {
  const rows = await db<TicketRow>('ticket_list')
    .where({ outlet_id: outletId })
    .whereIn('status', [...statuses])
    .orderBy(['fire_at', 'ticket_id'])
    .limit(500)
    .select('ticket');
  return rows.map(({ ticket }) => ticket);
}

/** How many of each item are still to be made; most first. Pure. */
export function allDay(tickets: readonly NonNullable<Ticket>[]) {
  const counts = new Map<string, { menu_item_id: string; name: string; station: string; quantity: number }>();
  for (const { lines } of tickets.filter((ticket) => !isAwaited(ticket)))
    for (const { done, itemId, name, station, quantity } of lines) {
      if (done) continue;
      const before = counts.get(itemId)?.quantity ?? 0;
      counts.set(itemId, { menu_item_id: itemId, name, station, quantity: before + quantity });
    }
  return [...counts.values()].sort((one, other) => other.quantity - one.quantity);
}
