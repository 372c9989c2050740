import type { Reaction, Response } from '@dabba/projections';
import { decideReservation } from '../reservation/decide.ts';
import { type Part, reservationRef } from '../reservation/reservation.ts';
import { type Follow, follow } from '../stock/follow.ts';
import { stockRef } from '../stock/stock.ts';

/**
 * What a reservation came to, done on the stock it is of; and the other way round, what stock could not keep told to the
 * reservation. An event of an order names no stock, so this is a step of its own: until it is done, units stay held,
 * which nobody can oversell.
 */
export const onReservations: Reaction = {
  name: 'inventory-on-reservations',
  topics: ['inventory'],
  on: {
    ReservationCommitted: ({ data, meta: { metro } }) => followed(data, metro, () => ({ do: 'take' })),
    ReservationBegun: ({ data, meta: { metro } }) =>
      followed(data, metro, ({ quantity }) => ({ do: 'use', quantity, at: data.begunAt })),
    ReservationReleased: ({ data, meta: { metro } }) =>
      followed(data, metro, () => ({ do: data.reason === 'EXPIRED' ? 'expire' : 'cancel' })),
    StockShort: ({ data: { orderId, stockItemId, quantity }, meta: { metro } }) => {
      const ref = reservationRef(orderId, metro);
      return {
        streams: [ref],
        decide(unit, { now }) {
          const command = { do: 'lose', stockItemId, missing: quantity, now } as const;
          unit.append(ref, decideReservation(unit.load(ref).state, command));
          return undefined;
        },
      };
    },
  },
};

interface Of {
  orderId: string;
  outletId: string;
  parts: readonly Part[];
}

type What<F> = F extends Follow ? Omit<F, 'orderId' | 'now'> : never;

function followed(
  { orderId, outletId, parts }: Of,
  metro: string,
  whatOf: (part: Part) => What<Follow>,
): Response | undefined {
  const refOf = ({ stockItemId }: Part) => stockRef(outletId, stockItemId, metro);
  const each = parts.map((part) => ({ ref: refOf(part), what: whatOf(part) }));
  if (each.length === 0) return undefined;
  return {
    streams: each.map(({ ref }) => ref),
    decide(unit, { now }) {
      for (const { ref, what } of each)
        unit.append(ref, follow(unit.load(ref).state, { ...what, orderId, now }));
      return undefined;
    },
  };
}
