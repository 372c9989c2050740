import type { Instant } from '@dabba/contracts';
import type { Reservation, ReservationEvent } from './reservation.ts';

/** What becomes of the order. */
export type ReservationCommand = { now: Instant } & (
  | { do: 'pay' }
  /** The kitchen began `at`. `of`: where it may be the first to tell of the order, for topics do not wait for each other. */
  | { do: 'begin'; at: Instant; of?: { orderId: string; outletId: string } }
  | { do: 'cancel' }
  | { do: 'expire' }
  | { do: 'lose'; stockItemId: string; missing: number }
);

/** Facts about the order are never refused; those that change nothing here are passed over. */
export function decideReservation(
  reservation: Reservation,
  command: ReservationCommand,
): readonly ReservationEvent[] {
  if (reservation === null) return command.do === 'begin' ? unheard(command) : [];
  const { orderId, outletId, status, expiresAt, short } = reservation;
  const parts = [...reservation.parts];
  const known = { orderId, outletId };
  const { now } = command;
  const held = status === 'HELD';
  const mine = held || status === 'COMMITTED' || status === 'BROKEN';
  switch (command.do) {
    case 'pay':
      if (held) return [{ type: 'ReservationCommitted', data: { ...known, parts, committedAt: now } }];
      // It was told so before it paid; what was paid for is not there.
      if (status === 'REFUSED' && short) {
        const missing = { stockItemId: short.stockItemId, missing: short.quantity };
        return [{ type: 'ReservationBroken', data: { ...known, ...missing, brokenAt: now } }];
      }
      return [];
    case 'begin': {
      if (status === 'BEGUN') return [];
      // Whatever was said of it meanwhile, a cook has it in the pan.
      const begun: ReservationEvent = {
        type: 'ReservationBegun',
        data: { ...known, parts, begunAt: command.at },
      };
      if (!held) return [begun];
      return [{ type: 'ReservationCommitted', data: { ...known, parts, committedAt: now } }, begun];
    }
    case 'cancel':
      // One that expired may still be wanted by a late payment: now it is not.
      if (!mine && status !== 'EXPIRED') return [];
      return [
        { type: 'ReservationReleased', data: { ...known, reason: 'CANCELLED', parts, releasedAt: now } },
      ];
    case 'expire':
      if (!held || expiresAt === null || now < expiresAt) return [];
      return [{ type: 'ReservationReleased', data: { ...known, reason: 'EXPIRED', parts, releasedAt: now } }];
    case 'lose': {
      const { stockItemId, missing } = command;
      if (!held && status !== 'COMMITTED') return [];
      return [{ type: 'ReservationBroken', data: { ...known, stockItemId, missing, brokenAt: now } }];
    }
    default:
      return command satisfies never;
  }
}

function unheard({ of, at }: Extract<ReservationCommand, { do: 'begin' }>): readonly ReservationEvent[] {
  return of ? [{ type: 'ReservationBegun', data: { ...of, parts: [], begunAt: at } }] : [];
}
