import type { Instant } from '@dabba/contracts';
import { follow } from '../stock/follow.ts';
import { withSignals } from '../stock/signals.ts';
import { availableOf, type CountedStock, type Stock, type StockEvent, stockStream } from '../stock/stock.ts';
import { isUnheard, type Part, type Reservation, type ReservationEvent } from './reservation.ts';

export interface Wanted {
  orderId: string;
  outletId: string;
  /** Each stock item once, by id. */
  parts: readonly Part[];
  expiresAt: Instant;
  now: Instant;
}

export interface Reserved {
  reservation: readonly ReservationEvent[];
  /** Stock item → what happens to it. */
  stocks: ReadonlyMap<string, readonly StockEvent[]>;
}

const nothing: Reserved = { reservation: [], stocks: new Map() };

/** All an order takes or nothing of it. What was never counted at the outlet limits nobody, and what is being made is asked for no more. */
export function reserve(
  reservation: Reservation,
  stocks: ReadonlyMap<string, Stock>,
  { orderId, outletId, parts, expiresAt, now }: Wanted,
): Reserved {
  if (reservation !== null)
    return isUnheard(reservation)
      ? { ...nothing, reservation: [begun(orderId, outletId, parts, reservation.begunAt ?? now)] }
      : nothing;
  const counted = parts.flatMap((part) => {
    const stock = stocks.get(part.stockItemId) ?? null;
    return stock === null ? [] : [{ part, stock }];
  });
  const short = counted.filter(({ part, stock }) => left(stock) < part.quantity);
  if (short.length > 0) {
    const missing = short.map(({ part, stock }) => ({
      ...{ stockItemId: part.stockItemId, asked: part.quantity, available: left(stock) },
    }));
    const data = { orderId, outletId, parts: [...parts], short: missing, refusedAt: now };
    return { ...nothing, reservation: [{ type: 'ReservationRefused', data }] };
  }
  const kept = counted.map(({ part }) => part);
  return {
    reservation: [
      { type: 'ReservationMade', data: { orderId, outletId, parts: kept, expiresAt, madeAt: now } },
    ],
    stocks: new Map(
      counted.map(({ part, stock }) => [
        part.stockItemId,
        withSignals(stock, hold(stock, orderId, part, now), now),
      ]),
    ),
  };
}

/**
 * A payment came after the reservation had expired: all of it is taken again, or the reservation is broken. Units that
 * are still held from before count as its own.
 */
export function retake(reservation: Reservation, stocks: ReadonlyMap<string, Stock>, now: Instant): Reserved {
  if (reservation?.status !== 'EXPIRED') return nothing;
  const { orderId, outletId, parts } = reservation;
  const missing = parts.find(({ stockItemId, quantity }) => {
    const stock = stocks.get(stockItemId) ?? null;
    return stock !== null && !holds(stock, orderId) && left(stock) < quantity;
  });
  if (missing) {
    const stock = stocks.get(missing.stockItemId) ?? null;
    const units = missing.quantity - (stock ? left(stock) : 0);
    const data = { orderId, outletId, stockItemId: missing.stockItemId, missing: units, brokenAt: now };
    return { ...nothing, reservation: [{ type: 'ReservationBroken', data }] };
  }
  const known = { orderId, outletId, parts: [...parts] };
  return {
    reservation: [
      { type: 'ReservationMade', data: { ...known, expiresAt: now, madeAt: now } },
      { type: 'ReservationCommitted', data: { ...known, committedAt: now } },
    ],
    stocks: new Map(
      parts.flatMap((part): [string, readonly StockEvent[]][] => {
        const stock = stocks.get(part.stockItemId) ?? null;
        if (stock === null) return [];
        const again = holds(stock, orderId) ? [] : hold(stock, orderId, part, now);
        const held = again.reduce(stockStream.evolve, stock);
        return [[part.stockItemId, [...again, ...follow(held, { do: 'take', orderId, now })]]];
      }),
    ),
  };
}

function begun(
  orderId: string,
  outletId: string,
  parts: readonly Part[],
  begunAt: Instant,
): ReservationEvent {
  return { type: 'ReservationBegun', data: { orderId, outletId, parts: [...parts], begunAt } };
}

function hold(stock: CountedStock, orderId: string, { quantity }: Part, now: Instant): StockEvent[] {
  const { outletId, stockItemId } = stock;
  const available = availableOf(stock) - quantity;
  return [{ type: 'StockHeld', data: { outletId, stockItemId, orderId, quantity, available, heldAt: now } }];
}

function holds(stock: CountedStock, orderId: string): boolean {
  return stock.held.some((share) => share.orderId === orderId);
}

/** Units an order may have: none of what is out by hand. */
function left(stock: CountedStock): number {
  return stock.byHand ? 0 : availableOf(stock);
}
