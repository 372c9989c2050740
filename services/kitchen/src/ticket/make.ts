import type { Events, Instant } from '@dabba/contracts';
import { ticketIdOf } from './ticket.ts';

/** Of `OrderPlaced` as of `OrderConfirmed`. */
type Wanted = Pick<
  Events['OrderConfirmed'],
  'orderId' | 'outletId' | 'vendorId' | 'estimatedReady' | 'lines'
> & { fulfilment: string };

/** The ticket of an order: due when it was said to be ready, begun as late as it can be for that. Pure. */
export function ticketOf(order: Wanted, now: Instant): Events['TicketOpened'] {
  const { orderId, outletId, vendorId, fulfilment, estimatedReady: dueAt } = order;
  const lines = order.lines.map(({ lineId, itemId, name, quantity, choices, station, prepSeconds }) => ({
    ...{
      lineId,
      itemId,
      name,
      quantity,
      choices: choices.map((choice) => choice.name),
      station,
      prepSeconds,
    },
  }));
  const takes = 1000 * Math.max(0, ...lines.map(({ prepSeconds }) => prepSeconds));
  const ticketId = ticketIdOf(orderId);
  const about = { ticketId, orderId, outletId, vendorId, fulfilment, lines };
  return { ...about, fireAt: Math.max(now, dueAt - takes), dueAt, openedAt: now };
}
