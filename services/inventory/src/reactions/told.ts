import type { Instant } from '@dabba/contracts';
import type { Response } from '@dabba/projections';
import { decideReservation, type ReservationCommand } from '../reservation/decide.ts';
import { reservationRef } from '../reservation/reservation.ts';
import { neverExpires } from '../tasks/expire-reservation.ts';

type Told<C> = C extends { do: 'begin' | 'cancel'; now: Instant } ? Omit<C, 'now'> : never;

/** What others say of an order, said to its reservation. Held no longer, it expires no more. */
export function told(orderId: string, metro: string, what: Told<ReservationCommand>): Response {
  const ref = reservationRef(orderId, metro);
  return {
    streams: [ref],
    decide(unit, { now }) {
      const { state } = unit.load(ref);
      unit.append(ref, decideReservation(state, { ...what, now }));
      if (state?.status === 'HELD') unit.enqueue(neverExpires({ orderId, metro }));
      return undefined;
    },
  };
}
