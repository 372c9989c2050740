import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type ReservationEvent = Event<
  | 'ReservationMade'
  | 'ReservationRefused'
  | 'ReservationCommitted'
  | 'ReservationBegun'
  | 'ReservationReleased'
  | 'ReservationBroken'
>;

export interface Part {
  stockItemId: string;
  quantity: number;
}

/** What is kept for one order, of all it takes. null: nothing of it is counted, or it was never heard of. */
export type Reservation = null | {
  orderId: string;
  outletId: string;
  parts: readonly Part[];
  /**
   * HELD until it is paid (COMMITTED) and cooked (BEGUN); RELEASED when it is cancelled or EXPIRED; REFUSED when something
   * was not there; BROKEN when something turned out not to be.
   */
  status: 'HELD' | 'COMMITTED' | 'BEGUN' | 'RELEASED' | 'EXPIRED' | 'REFUSED' | 'BROKEN';
  expiresAt: Instant | null;
  /** The kitchen has begun; one that had expired is paid for then, and about to be taken again. */
  begun: boolean;
  /** Why it was refused: the first of what was not there, and how much was missing. */
  short: Part | null;
};

export const reservationStream: StreamType<Reservation, ReservationEvent> = {
  name: 'reservation',
  revision: 2,
  initial: () => null,
  evolve(reservation, { type, data }) {
    switch (type) {
      case 'ReservationMade': {
        const { orderId, outletId, parts, expiresAt } = data;
        const begun = reservation?.begun ?? false;
        return { orderId, outletId, parts, status: 'HELD', expiresAt, begun, short: null };
      }
      case 'ReservationRefused': {
        const { orderId, outletId } = data;
        const [first] = data.short;
        const short = first
          ? { stockItemId: first.stockItemId, quantity: first.asked - first.available }
          : null;
        return { orderId, outletId, parts: [], status: 'REFUSED', expiresAt: null, begun: false, short };
      }
      case 'ReservationCommitted':
        return reservation && { ...reservation, status: 'COMMITTED' };
      case 'ReservationBegun':
        if (reservation?.status === 'EXPIRED') return { ...reservation, begun: true };
        return reservation && { ...reservation, status: 'BEGUN', begun: true };
      case 'ReservationReleased':
        return reservation && { ...reservation, status: data.reason === 'EXPIRED' ? 'EXPIRED' : 'RELEASED' };
      case 'ReservationBroken':
        return reservation && { ...reservation, status: 'BROKEN' };
      default:
        return type satisfies never;
    }
  },
};

/** @param metro decides the partition of a new stream; ignored for one that is known */
export function reservationRef(orderId: string, metro = ''): StreamRef<Reservation, ReservationEvent> {
  return { type: reservationStream, id: `reservation:${orderId}`, metro };
}
