import { Id, Time } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Ticket } from '../ticket/ticket.ts';

export { Id };

export const TicketView = Type.Object({
  id: Type.String(),
  order_id: Type.String(),
  outlet_id: Type.String(),
  fulfilment: Type.String(),
  status: Type.String(),
  lines: Type.Array(
    Type.Object({
      id: Type.String(),
      menu_item_id: Type.String(),
      name: Type.String(),
      quantity: Type.Integer(),
      choices: Type.Array(Type.String()),
      station: Type.String(),
      done: Type.Boolean(),
    }),
  ),
  fire_at: Time,
  due_at: Time,
  estimated_ready: Time,
  opened_at: Time,
  updated_at: Time,
  rejected: Type.Optional(Type.String()),
});
export type TicketView = Type.Static<typeof TicketView>;

export function ticketView(ticket: NonNullable<Ticket>): TicketView {
  const time = (at: number) => new Date(at).toISOString();
  return {
    id: ticket.ticketId,
    order_id: ticket.orderId,
    outlet_id: ticket.outletId,
    fulfilment: ticket.fulfilment,
    status: ticket.status,
    lines: ticket.lines.map(({ lineId, itemId, name, quantity, choices, station, done }) => ({
      ...{ id: lineId, menu_item_id: itemId, name, quantity, choices: [...choices], station, done },
    })),
    fire_at: time(ticket.fireAt),
    due_at: time(ticket.dueAt),
    estimated_ready: time(ticket.estimatedReady),
    opened_at: time(ticket.openedAt),
    updated_at: time(ticket.since),
    ...(ticket.rejected !== null && { rejected: ticket.rejected }),
  };
}
