import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { decideTicket } from '../ticket/decide.ts';
import { record } from '../ticket/record.ts';
import { ticketRef } from '../ticket/ticket.ts';

const Fire = Type.Object({ ticketId: Type.String(), metro: Type.String() });

/** Tells a kitchen that it is time to begin. */
export function fireTicketTask(
  { store, now }: StoreDeps,
  estimateAfter: number,
): TaskHandler<Type.Static<typeof Fire>> {
  return {
    name: 'fire-ticket',
    parse: (payload) => Value.Parse(Fire, payload),
    async run({ ticketId, metro }) {
      const ticket = ticketRef(ticketId, metro);
      const context = { actor: 'task:fire-ticket', now: now() };
      const outcome = await store.transact(
        [ticket],
        (unit) => {
          const events = decideTicket(unit.load(ticket).state, {
            do: 'fire',
            early: false,
            now: context.now,
          });
          if (!isRefusal(events)) record(unit, ticket, events, { now: context.now, estimateAfter });
        },
        context,
      );
      asRecorded(outcome);
      const { state } = await store.load(ticket);
      if (state?.status === 'OPEN')
        throw new RetryAfter(Math.max(1, (state.fireAt - context.now) / 1000), 'It is too early');
    },
  };
}
