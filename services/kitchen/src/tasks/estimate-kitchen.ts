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

/** Tickets written down in one transaction: few enough for one that moves meanwhile not to hold up many. */
const together = 50;

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
      const news = newsOf(await presentAt(pool, store, outletId), context.now, atOnce);
      for (let from = 0; from < news.length; from += together) {
        const some = news.slice(from, from + together);
        const outcome = await store.transact(
          some.map(({ ticketId }) => ticketRef(ticketId, metro)),
          (unit) => {
            for (const { ticketId, estimatedReady } of some) {
              const ref = ticketRef(ticketId, metro);
              const command = { do: 'estimate', estimatedReady, now: context.now } as const;
              const events = decideTicket(unit.load(ref).state, command);
              if (!isRefusal(events)) unit.append(ref, events);
            }
          },
          context,
        );
        asRecorded(outcome);
      }
    },
  };
}
