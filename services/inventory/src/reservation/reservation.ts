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
   * was not there; BROKEN when something turned out not to be. BEGUN is the end of each: what is in the pan comes back no more.
   */
  status: 'HELD' | 'COMMITTED' | 'BEGUN' | 'RELEASED' | 'EXPIRED' | 'REFUSED' | 'BROKEN';
  expiresAt: Instant | null;
  /** When the kitchen began. */
  begunAt: Instant | null;
  /** Why it was refused: the first of what was not there, and how much was missing. */
  short: Part | null;
};

export const reservationStream: StreamType<Reservation, ReservationEvent> = {
  name: 'reservation',
  revision: 3,
  initial: () => null,
  evolve(reservation, { type, data }) {
    switch (type) {
      case 'ReservationMade': {
        const { orderId, outletId, parts, expiresAt } = data;
        return { orderId, outletId, parts, status: 'HELD', expiresAt, begunAt: null, short: null };
      }
      case 'ReservationRefused': {
        const { orderId, outletId, parts } = data;
        const [first] = data.short;
        const short = first
          ? { stockItemId: first.stockItemId, quantity: first.asked - first.available }
          : null;
        return { orderId, outletId, parts, status: 'REFUSED', expiresAt: null, begunAt: null, short };
      }
      case 'ReservationCommitted':
        return reservation && { ...reservation, status: 'COMMITTED' };
      case 'ReservationBegun': {
        const { orderId, outletId, parts, begunAt } = data;
        const known = reservation ?? { orderId, outletId, expiresAt: null, short: null };
        return { ...known, parts, status: 'BEGUN', begunAt };
      }
      case 'ReservationReleased':
        return reservation && { ...reservation, status: data.reason === 'EXPIRED' ? 'EXPIRED' : 'RELEASED' };
      case 'ReservationBroken':
        return reservation && { ...reservation, status: 'BROKEN' };
      default:
        return type satisfies never;
    }
  },
};

/** The kitchen's word came before the order's: what it takes is not known yet. */
export function isUnheard(reservation: NonNullable<Reservation>): boolean {
  const { status, parts, expiresAt } = reservation;
  return status === 'BEGUN' && parts.length === 0 && expiresAt === null;
}

/** @param metro decides the partition of a new stream; ignored for one that is known */
export function reservationRef(orderId: string, metro = ''): StreamRef<Reservation, ReservationEvent> {
  return { type: reservationStream, id: `reservation:${orderId}`, metro };
}
