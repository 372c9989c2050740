import type { Reaction } from '@dabba/projections';
import { decideReservation } from '../reservation/decide.ts';
import { partsOf } from '../reservation/parts-of.ts';
import { reservationRef } from '../reservation/reservation.ts';
import { reserve } from '../reservation/reserve.ts';
import { stockRef } from '../stock/stock.ts';
import { expireReservation, neverExpires } from '../tasks/expire-reservation.ts';
import { retakeReservation } from '../tasks/retake-reservation.ts';
import { told } from './told.ts';

/** Orders become reservations: all of what they take, or a refusal, in one transaction. @param keptFor milliseconds */
export const onOrders = (keptFor: number): Reaction => ({
  name: 'inventory-on-orders',
  topics: ['orders'],
  on: {
    OrderPlaced({ data: { orderId, outletId, lines, tracked, placedAt }, meta: { metro } }) {
      const parts = tracked ? partsOf(lines) : [];
      if (parts.length === 0) return undefined;
      const reservation = { ...reservationRef(orderId, metro), fresh: true };
      const refs = parts.map(({ stockItemId }) => stockRef(outletId, stockItemId, metro));
      return {
        streams: [reservation, ...refs],
        decide(unit, { now }) {
          const stocks = new Map(
            parts.map(({ stockItemId }, index) => {
              const ref = refs[index];
              return [stockItemId, ref ? unit.load(ref).state : null] as const;
            }),
          );
          const wanted = { orderId, outletId, parts, expiresAt: placedAt + keptFor, now };
          const reserved = reserve(unit.load(reservation).state, stocks, wanted);
          unit.append(reservation, reserved.reservation);
          for (const [stockItemId, events] of reserved.stocks)
            unit.append(stockRef(outletId, stockItemId, metro), events);
          if (reserved.stocks.size > 0) unit.enqueue(expireReservation({ orderId, metro }, wanted.expiresAt));
          return undefined;
        },
      };
    },
    OrderPaid: ({ data: { orderId }, meta: { metro } }) => ({
      streams: [reservationRef(orderId, metro)],
      decide(unit, { now }) {
        const ref = reservationRef(orderId, metro);
        const { state } = unit.load(ref);
        unit.append(ref, decideReservation(state, { do: 'pay', now }));
        if (state?.status === 'EXPIRED') unit.enqueue(retakeReservation({ orderId, metro }));
        else if (state?.status === 'HELD') unit.enqueue(neverExpires({ orderId, metro }));
        return undefined;
      },
    }),
    OrderPreparing: ({ data: { orderId, at }, meta: { metro } }) => told(orderId, metro, { do: 'begin', at }),
    OrderCancelled: ({ data: { orderId }, meta: { metro } }) => told(orderId, metro, { do: 'cancel' }),
  },
});
