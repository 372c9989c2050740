import { isRefusal } from '@dabba/event-store';
import { type App, commandContext, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { allDay, present, ticketsAt } from '../read-models/ticket-list.ts';
import { ticketRef } from '../ticket/ticket.ts';
import { type Act, saidAt } from './ticket-routes.ts';
import { Id, type Shown, TicketView, ticketView } from './view.ts';
import { foundKitchen } from './visible.ts';

const Params = Type.Object({ outlet_id: Id }, { additionalProperties: false });
const Query = Type.Object(
  {
    status: Type.Optional(
      Type.Enum(['OFFERED', 'OPEN', 'FIRED', 'STARTED', 'READY', 'HANDED_OVER', 'CANCELLED', 'REJECTED']),
    ),
    station: Type.Optional(Id),
  },
  { additionalProperties: false },
);
const Words = Type.Object(
  {
    words: Type.Array(
      Type.Object(
        {
          ticket_id: Id,
          line_id: Id,
          what: Type.Enum(['bump', 'recall']),
          at: Type.String({ format: 'date-time' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  { additionalProperties: false },
);
const Count = Type.Object({
  menu_item_id: Type.String(),
  name: Type.String(),
  station: Type.String(),
  quantity: Type.Integer(),
});

/** A kitchen as a whole: its tickets, by station where asked, what it still has to make of each item, what screens said while they were alone. */
export function outletRoutes(app: App, deps: StoreDeps, act: Act, shown: Shown): void {
  app.get(
    '/api/v1/kitchen/outlets/:outlet_id/tickets',
    {
      config: { permission: 'tickets:read' },
      schema: {
        tags: ['kitchen'],
        summary:
          'Tickets of a kitchen, first to begin first; those present where no status is asked for; of one station only its lines',
        params: Params,
        querystring: Query,
        response: { 200: Type.Object({ items: Type.Array(TicketView) }) },
      },
    },
    async (request) => {
      const { outlet_id: outletId } = request.params;
      await foundKitchen(deps, outletId, principalOf(request));
      const { status, station } = request.query;
      const tickets = await ticketsAt(deps.db, outletId, status === undefined ? present : [status]);
      const views = tickets.map(ticketView);
      if (station === undefined) return { items: await shown.all(views) };
      const routed = views.map((view) => ({
        ...view,
        lines: view.lines.filter((line) => line.station === station),
      }));
      return { items: await shown.all(routed.filter(({ lines }) => lines.length > 0)) };
    },
  );

  app.get(
    '/api/v1/kitchen/outlets/:outlet_id/all-day',
    {
      config: { permission: 'tickets:read' },
      schema: {
        tags: ['kitchen'],
        summary: 'How many of each item are still to be made',
        params: Params,
        response: { 200: Type.Object({ items: Type.Array(Count) }) },
      },
    },
    async (request) => {
      const { outlet_id: outletId } = request.params;
      await foundKitchen(deps, outletId, principalOf(request));
      return { items: allDay(await ticketsAt(deps.db, outletId)) };
    },
  );

  app.post(
    '/api/v1/kitchen/outlets/:outlet_id/words',
    {
      config: { permission: 'tickets:work' },
      schema: {
        tags: ['kitchen'],
        summary: 'Bumps and recalls of screens that were alone; in any order, any number of times',
        params: Params,
        body: Words,
        response: {
          200: Type.Object({
            outcomes: Type.Array(
              Type.Object({ ticket_id: Type.String(), line_id: Type.String(), outcome: Type.String() }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { outlet_id: outletId } = request.params;
      await foundKitchen(deps, outletId, principalOf(request));
      const { idempotency: _, ...context } = commandContext(request);
      const outcomes: { ticket_id: string; line_id: string; outcome: string }[] = [];
      for (const { ticket_id, line_id, what, at } of request.body.words) {
        const { state } = await deps.store.load(ticketRef(ticket_id, ''));
        const here = state?.outletId === outletId;
        const said =
          here && (await act(ticket_id, { do: what, lineId: line_id, at: saidAt(at, context.now) }, context));
        const outcome = said === false ? 'ticket-unknown' : isRefusal(said) ? said.code : 'taken';
        outcomes.push({ ticket_id, line_id, outcome });
      }
      return { outcomes };
    },
  );
}
