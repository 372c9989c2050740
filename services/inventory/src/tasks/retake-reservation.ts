import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { reservationRef } from '../reservation/reservation.ts';
import { retake } from '../reservation/reserve.ts';
import { stockRef } from '../stock/stock.ts';
import { type OrderPayload, parseOrder } from './order-payload.ts';

const task = 'retake-reservation';

export const retakeReservation = (order: OrderPayload): TaskRequest => ({
  task,
  key: `${task}:${order.orderId}`,
  payload: { ...order },
});

/** An order was paid for after its reservation had expired: takes all of it again, or says that it is broken. */
export function retakeReservationTask({ store, now }: StoreDeps): TaskHandler<OrderPayload> {
  return {
    name: task,
    parse: parseOrder,
    async run({ orderId, metro }) {
      const reservation = reservationRef(orderId, metro);
      const { state } = await store.load(reservation);
      if (state?.status !== 'EXPIRED') return;
      const { outletId, parts } = state;
      const refs = new Map(
        parts.map(({ stockItemId }) => [stockItemId, stockRef(outletId, stockItemId, metro)]),
      );
      const context = { actor: `task:${task}`, now: now() };
      const outcome = await store.transact(
        [reservation, ...refs.values()],
        (unit) => {
          const stocks = new Map([...refs].map(([stockItemId, ref]) => [stockItemId, unit.load(ref).state]));
          const taken = retake(unit.load(reservation).state, stocks, context.now);
          unit.append(reservation, taken.reservation);
          for (const [stockItemId, events] of taken.stocks) {
            const ref = refs.get(stockItemId);
            if (ref) unit.append(ref, events);
          }
          return undefined;
        },
        context,
      );
      asRecorded(outcome);
    },
  };
}
