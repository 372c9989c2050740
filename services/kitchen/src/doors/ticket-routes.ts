import { type CommandContext, type Executed, isRefusal, type Refusal } from '@dabba/event-store';
import { type App, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { decideTicket, type TicketCommand } from '../ticket/decide.ts';
import { record } from '../ticket/record.ts';
import { ticketRef } from '../ticket/ticket.ts';
import { Id, type Shown, TicketView, ticketView } from './view.ts';
import { foundTicket } from './visible.ts';

const Params = Type.Object({ id: Id }, { additionalProperties: false });
const LineParams = Type.Object({ id: Id, line_id: Id }, { additionalProperties: false });
const At = Type.Object(
  {
    at: Type.Optional(
      Type.String({ format: 'date-time', description: 'When it was said, by the clock of the screen' }),
    ),
  },
  { additionalProperties: false },
);
const view = { 200: TicketView };

export type Act = (
  id: string,
  command: TicketCommand,
  context: CommandContext,
) => Promise<Executed<unknown> | Refusal>;

/** One command on one ticket; answered with the ticket after it, as it is stored for who asks again. */
export function actOn({ store }: Pick<StoreDeps, 'store'>, estimateAfter: number): Act {
  return (id, command, context) => {
    const ticket = ticketRef(id, '');
    return store.transact(
      [ticket],
      (unit) => {
        const events = decideTicket(unit.load(ticket).state, command);
        if (isRefusal(events)) return events;
        return record(unit, ticket, events, { now: context.now, estimateAfter });
      },
      context,
      { answer: (state) => ({ status: 200, body: state && ticketView(state) }) },
    );
  };
}

/** A screen's clock may be behind, and says the past truly; what it says of the future is now. */
export function saidAt(at: string | undefined, now: number): number {
  return at === undefined ? now : Math.min(Date.parse(at), now);
}

/** What the people of a kitchen say of a ticket. */
export function ticketRoutes(app: App, deps: StoreDeps, act: Act, shown: Shown): void {
  app.get(
    '/api/v1/kitchen/tickets/:id',
    {
      config: { permission: 'tickets:read' },
      schema: { tags: ['kitchen'], summary: 'A ticket', params: Params, response: view },
    },
    async (request) => {
      const ticket = await foundTicket(deps, request.params.id, principalOf(request));
      const [body] = await shown.all([ticketView(ticket)]);
      return body;
    },
  );

  for (const [path, summary, command] of [
    ['fire', 'Begin before its time', (now: number) => ({ do: 'fire', early: true, now }) as const],
    ['start', 'Somebody has begun', (now: number) => ({ do: 'start', now }) as const],
    ['ready', 'All of it is done', (now: number) => ({ do: 'complete', now }) as const],
    ['hand-over', 'Given to the customer or the rider', (now: number) => ({ do: 'hand-over', now }) as const],
  ] as const)
    app.post(
      `/api/v1/kitchen/tickets/:id/${path}`,
      {
        config: { permission: 'tickets:work' },
        schema: { tags: ['kitchen'], summary, params: Params, response: view },
      },
      (request, reply) =>
        runCommand(request, reply, async (context) => {
          const { id } = request.params;
          await foundTicket(deps, id, principalOf(request));
          return shown.answer(await act(id, command(context.now), context));
        }),
    );

  app.post(
    '/api/v1/kitchen/tickets/:id/reject',
    {
      config: { permission: 'tickets:work' },
      schema: {
        tags: ['kitchen'],
        summary: 'It cannot be made: the order is cancelled, and what was paid is given back',
        params: Params,
        body: Type.Object(
          { reason: Type.Enum(['OUT_OF_STOCK', 'TOO_BUSY', 'CLOSING', 'BROKEN', 'OTHER']) },
          { additionalProperties: false },
        ),
        response: view,
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id } = request.params;
        await foundTicket(deps, id, principalOf(request));
        const { reason } = request.body;
        return shown.answer(await act(id, { do: 'reject', reason, now: context.now }, context));
      }),
  );

  for (const [what, summary] of [
    ['bump', 'A line is done'],
    ['recall', 'A line is not done after all'],
  ] as const)
    app.post(
      `/api/v1/kitchen/tickets/:id/lines/:line_id/${what}`,
      {
        config: { permission: 'tickets:work' },
        schema: { tags: ['kitchen'], summary, params: LineParams, body: At, response: view },
      },
      (request, reply) =>
        runCommand(request, reply, async (context) => {
          const { id, line_id: lineId } = request.params;
          await foundTicket(deps, id, principalOf(request));
          const at = saidAt(request.body.at, context.now);
          return shown.answer(await act(id, { do: what, lineId, at }, context));
        }),
    );
}
