import type { Recorded } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import { decideTicket, type TicketCommand } from '../ticket/decide.ts';
import { ticketOf } from '../ticket/make.ts';
import { record } from '../ticket/record.ts';
import { ticketIdOf, ticketRef } from '../ticket/ticket.ts';

/**
 * A confirmed order is a ticket; one whose vendor confirms by hand is offered as one once it is paid. What its vendor says of the
 * order elsewhere (the portal, an order that is cancelled) is so here, too; what this kitchen said itself comes back and changes nothing.
 */
export function onOrders(estimateAfter: number): Reaction {
  /** Placed, and confirmed with their payment: the newest this process has heard of. */
  const byThemselves = new Set<string>();
  function follow(
    orderId: string,
    { meta }: Pick<Recorded, 'meta'>,
    commands: (now: number) => readonly TicketCommand[],
    { fresh = false }: { fresh?: boolean } = {},
  ): Response {
    const ref = { ...ticketRef(ticketIdOf(orderId), meta.metro), fresh };
    return {
      streams: [ref],
      decide(unit, { now }) {
        for (const command of commands(now)) {
          const { state } = unit.load(ref);
          // Confirmed before this service was there, or a meal that no kitchen makes.
          if (state === null && command.do !== 'open' && command.do !== 'announce') return undefined;
          const events = decideTicket(state, command);
          if (isRefusal(events)) return events;
          record(unit, ref, events, { now, estimateAfter });
        }
        return undefined;
      },
    };
  }
  return {
    name: 'kitchen-on-orders',
    topics: ['orders'],
    on: {
      OrderPlaced(event) {
        const { orderId, autoAccept, placedAt } = event.data;
        if (autoAccept) {
          remember(byThemselves, orderId);
          return undefined;
        }
        return follow(orderId, event, (now) => {
          const { openedAt: announcedAt, ...ticket } = ticketOf(event.data, placedAt);
          return [{ do: 'announce', announced: { ...ticket, announcedAt }, now }];
        });
      },
      OrderPaid(event) {
        // Most are, and have no ticket yet: nobody has to look.
        if (byThemselves.has(event.data.orderId)) return undefined;
        return follow(event.data.orderId, event, (now) => [{ do: 'offer', now }]);
      },
      OrderConfirmed: (event) =>
        follow(event.data.orderId, event, (now) => [{ do: 'open', opened: ticketOf(event.data, now), now }], {
          fresh: byThemselves.has(event.data.orderId),
        }),
      OrderPreparing: (event) => follow(event.data.orderId, event, (now) => [{ do: 'start', now }]),
      OrderReady: (event) => follow(event.data.orderId, event, (now) => [{ do: 'complete', now }]),
      OrderPickedUp: (event) =>
        follow(event.data.orderId, event, (now) => [
          { do: 'complete', now },
          { do: 'hand-over', now },
        ]),
      OrderOutForDelivery: (event) =>
        follow(event.data.orderId, event, (now) => [
          { do: 'complete', now },
          { do: 'hand-over', now },
        ]),
      OrderCancelled: (event) => follow(event.data.orderId, event, (now) => [{ do: 'cancel', now }]),
    },
  };
}

/** What is forgotten costs a look. */
const remembered = 5_000;

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > remembered && oldest !== undefined) ids.delete(oldest);
}
