import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { decideReservation } from '../reservation/decide.ts';
import { reservationRef } from '../reservation/reservation.ts';
import { type OrderPayload, parseOrder } from './order-payload.ts';

const task = 'expire-reservation';

export const expireReservation = (order: OrderPayload, at: Instant): TaskRequest => ({
  task,
  key: `${task}:${order.orderId}`,
  payload: { ...order },
  runAt: at,
});

/** It is paid, or over. */
export const neverExpires = (order: OrderPayload): TaskRequest => ({
  ...expireReservation(order, 0),
  cancel: true,
});

/** Ends a reservation nobody paid for in time. Of one that is paid, or cancelled, it finds nothing to do. */
export function expireReservationTask({ store, now }: StoreDeps): TaskHandler<OrderPayload> {
  return {
    name: task,
    parse: parseOrder,
    async run({ orderId, metro }) {
      const context = { actor: `task:${task}`, now: now() };
      const ref = reservationRef(orderId, metro);
      const { state } = await store.load(ref);
      if (state?.status !== 'HELD' || state.expiresAt === null) return;
      if (context.now < state.expiresAt)
        throw new RetryAfter((state.expiresAt - context.now) / 1000, 'It is too early');
      const command = { do: 'expire', now: context.now } as const;
      asRecorded(await store.execute(ref, (reservation) => decideReservation(reservation, command), context));
    },
  };
}
