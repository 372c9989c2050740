import type { Recorded } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import { type Patience, record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { orderRef } from '../order/order.ts';
import { commandOfFact, type Fact } from './command-of-fact.ts';

/** Facts of others about orders, each on its order's own stream; an order this service does not know is none of its own. */
function answering(patience: Patience) {
  return (orderId: string | null, { meta, ...fact }: Recorded<Fact>): Response | undefined => {
    if (orderId === null) return undefined;
    const order = orderRef(orderId, meta.metro);
    return {
      streams: [order],
      decide(unit, { now }) {
        const { state } = unit.load(order);
        const command = state && commandOfFact(fact, state, patience, now);
        if (!command) return undefined;
        const events = decideOrder(state, command);
        if (isRefusal(events)) return events;
        record(unit, order, events, patience);
        return undefined;
      },
    };
  };
}

export const onInventory = 'orders-on-inventory';
export const onPayments = 'orders-on-payments';

export function sagaReactions(patience: Patience): readonly Reaction[] {
  const answer = answering(patience);
  return [
    {
      name: onInventory,
      topics: ['inventory'],
      on: {
        ReservationMade: (event) => answer(event.data.orderId, event),
        ReservationRefused: (event) => answer(event.data.orderId, event),
        ReservationReleased: (event) => answer(event.data.orderId, event),
        ReservationBroken: (event) => answer(event.data.orderId, event),
      },
    },
    {
      name: onPayments,
      topics: ['payments'],
      on: {
        PaymentAmended: (event) => answer(event.data.orderId, event),
        PaymentSucceeded: (event) => answer(event.data.orderId, event),
        PaymentCancelled: (event) => answer(event.data.orderId, event),
        RefundSucceeded: (event) => answer(event.data.orderId, event),
        RefundFailed: (event) => answer(event.data.orderId, event),
        RefundRefused: (event) => answer(event.data.orderId, event),
      },
    },
    {
      name: 'orders-on-kitchen',
      topics: ['kitchen'],
      on: {
        TicketStarted: (event) => answer(event.data.orderId, event),
        TicketReady: (event) => answer(event.data.orderId, event),
        TicketHandedOver: (event) => answer(event.data.orderId, event),
        TicketRejected: (event) => answer(event.data.orderId, event),
        TicketEstimated: (event) => answer(event.data.orderId, event),
      },
    },
  ];
}
