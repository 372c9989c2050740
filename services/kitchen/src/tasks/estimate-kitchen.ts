import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { newsOf } from '../estimate/estimate.ts';
import { decideTicket } from '../ticket/decide.ts';
import { presentAt } from '../ticket/present.ts';
import { ticketRef } from '../ticket/ticket.ts';

const Kitchen = Type.Object({ outletId: Type.String(), metro: Type.String() });

/** Tells each order when it may be ready by all the kitchen has to do, where that has changed by as much as is worth telling. */
export function estimateKitchenTask(
  { store, pool, now }: StoreDeps,
  atOnce: number,
): TaskHandler<Type.Static<typeof Kitchen>> {
  return {
    name: 'estimate-kitchen',
    parse: (payload) => Value.Parse(Kitchen, payload),
    async run({ outletId, metro }) {
      const context = { actor: 'task:estimate-kitchen', now: now() };
      for (const { ticketId, estimatedReady } of newsOf(
        await presentAt(pool, store, outletId),
        context.now,
        atOnce,
      )) {
        const outcome = await store.execute(
          ticketRef(ticketId, metro),
          (ticket) => {
            const events = decideTicket(ticket, { do: 'estimate', estimatedReady, now: context.now });
            return isRefusal(events) ? [] : events;
          },
          context,
        );
        asRecorded(outcome);
      }
    },
  };
}
