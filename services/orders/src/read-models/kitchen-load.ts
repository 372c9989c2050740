import { defineReadModel } from '@dabba/projections';

/** Tickets a kitchen has not done yet, and when it believes to have done each. */
export const kitchenLoad = defineReadModel({
  name: 'orders-kitchen-load',
  topics: ['kitchen'],
  tables: {
    kitchen_load: {
      kind: 'rows',
      key: ['ticket_id'],
      create(table) {
        table.text('ticket_id').primary();
        table.text('outlet_id').notNullable().index();
        table.boolean('fired').notNullable();
        table.timestamp('ready_at').notNullable();
      },
    },
  },
  on: {
    TicketOpened: ({ data: { ticketId, outletId, dueAt } }, rows) =>
      rows.put('kitchen_load', {
        ...{ ticket_id: ticketId, outlet_id: outletId, fired: false, ready_at: new Date(dueAt) },
      }),
    TicketFired: ({ data: { ticketId: ticket_id } }, rows) =>
      rows.change('kitchen_load', { ticket_id }, (row) => row && { ...row, fired: true }),
    TicketEstimated: ({ data: { ticketId: ticket_id, estimatedReady } }, rows) =>
      rows.change(
        'kitchen_load',
        { ticket_id },
        (row) => row && { ...row, ready_at: new Date(estimatedReady) },
      ),
    TicketReady: ({ data: { ticketId: ticket_id } }, rows) => rows.remove('kitchen_load', { ticket_id }),
    TicketRejected: ({ data: { ticketId: ticket_id } }, rows) => rows.remove('kitchen_load', { ticket_id }),
    TicketCancelled: ({ data: { ticketId: ticket_id } }, rows) => rows.remove('kitchen_load', { ticket_id }),
  },
});

/** SQL: when the kitchen has done all it has begun, so far as that is still to come; null: it has nothing to do. */
export function busyUntil(outletId: string, now: string): string {
  return `select max(ready_at) from kitchen_load where kitchen_load.outlet_id = ${outletId} and fired and ready_at > ${now}`;
}
