import { describe, expect, it } from 'vitest';
import { type Stock, type StockEvent, stockStream } from '../stock/stock.ts';
import { partsOf } from './parts-of.ts';
import { type Reservation, reservationStream } from './reservation.ts';
import { reserve, retake } from './reserve.ts';

const now = Date.UTC(2026, 10, 20, 12);
const outletId = 'sto_1';

function stockOf(stockItemId: string, units: number, ...more: StockEvent[]): Stock {
  const data = {
    outletId,
    stockItemId,
    vendorId: 'v',
    counted: units,
    expected: 0,
    reason: '',
    available: units,
    countedAt: now,
  };
  return [{ type: 'StockCounted' as const, data }, ...more].reduce(stockStream.evolve, null);
}
const wanted = (parts: { stockItemId: string; quantity: number }[], orderId = 'ord_1') => ({
  ...{ orderId, outletId, parts, expiresAt: now + 1, now },
});
const naan = { stockItemId: 'naan', quantity: 2 };
const rice = { stockItemId: 'rice', quantity: 1 };
const types = (events: readonly { type: string }[] | undefined) => events?.map(({ type }) => type);

describe('reserving', () => {
  it('S4-CCH-02 holds all an order takes, or nothing of it', () => {
    const enough = new Map([
      ['naan', stockOf('naan', 2)],
      ['rice', stockOf('rice', 5)],
    ]);
    const all = reserve(null, enough, wanted([naan, rice]));
    expect(types(all.reservation)).toEqual(['ReservationMade']);
    expect(types(all.stocks.get('naan'))).toEqual(['StockHeld', 'StockOut']);
    expect(types(all.stocks.get('rice'))).toEqual(['StockHeld']);
    const few = new Map([
      ['naan', stockOf('naan', 1)],
      ['rice', stockOf('rice', 5)],
    ]);
    const none = reserve(null, few, wanted([naan, rice]));
    expect(none.stocks.size).toBe(0);
    expect(none.reservation).toEqual([
      {
        type: 'ReservationRefused',
        data: {
          orderId: 'ord_1',
          outletId,
          parts: [naan, rice],
          short: [{ stockItemId: 'naan', asked: 2, available: 1 }],
          refusedAt: now,
        },
      },
    ]);
  });

  it('reserves once, and is not limited by what was never counted', () => {
    const made = reserve(null, new Map([['naan', null]]), wanted([naan]));
    expect(made.reservation).toMatchObject([{ type: 'ReservationMade', data: { parts: [] } }]);
    const reservation = made.reservation.reduce(reservationStream.evolve, null);
    expect(reserve(reservation, new Map([['naan', stockOf('naan', 9)]]), wanted([naan]))).toEqual({
      ...{ reservation: [], stocks: new Map() },
    });
  });

  it('asks for nothing that the kitchen has begun already: it is used', () => {
    const begun = { orderId: 'ord_1', outletId, parts: [], begunAt: now - 5 };
    const unheard = reservationStream.evolve(null, { type: 'ReservationBegun', data: begun });
    const placed = reserve(unheard, new Map([['naan', stockOf('naan', 9)]]), wanted([naan]));
    expect(placed).toEqual({
      reservation: [{ type: 'ReservationBegun', data: { ...begun, parts: [naan] } }],
      stocks: new Map(),
    });
    const after = placed.reservation.reduce(reservationStream.evolve, unheard);
    expect(reserve(after, new Map(), wanted([naan])).reservation).toEqual([]);
  });

  it('finds none of what is out by hand', () => {
    const out: StockEvent = {
      type: 'StockOut',
      data: { outletId, stockItemId: 'naan', vendorId: 'v', byHand: true, reason: 'x', outAt: now },
    };
    const refused = reserve(null, new Map([['naan', stockOf('naan', 9, out)]]), wanted([naan]));
    expect(refused.reservation).toMatchObject([{ data: { short: [{ available: 0 }] } }]);
  });

  it('adds up what the lines of an order take, by stock item', () => {
    const line = (...stock: { stockItemId: string; quantity: number }[]) => ({
      ...{ lineId: 'l', itemId: 'i', itemVersion: 1, name: '', quantity: 1, unitPrice: 1, total: 1 },
      ...{ choices: [], station: '', prepSeconds: 0, stock },
    });
    expect(partsOf([line(rice, naan), line(naan), line()])).toEqual([
      { stockItemId: 'naan', quantity: 4 },
      rice,
    ]);
  });
});

describe('a payment after the reservation has expired', () => {
  const events = reserve(null, new Map([['naan', stockOf('naan', 5)]]), wanted([naan])).reservation;
  const released = { orderId: 'ord_1', outletId, reason: 'EXPIRED' as const, parts: [naan], releasedAt: now };
  const expired: Reservation = [...events, { type: 'ReservationReleased' as const, data: released }].reduce(
    reservationStream.evolve,
    null,
  );

  it('takes all of it again', () => {
    const again = retake(expired, new Map([['naan', stockOf('naan', 5)]]), now);
    expect(types(again.reservation)).toEqual(['ReservationMade', 'ReservationCommitted']);
    expect(types(again.stocks.get('naan'))).toEqual(['StockHeld', 'StockTaken']);
  });
  it('takes what is still held for it, without holding it twice', () => {
    const held: StockEvent = {
      type: 'StockHeld',
      data: { outletId, stockItemId: 'naan', orderId: 'ord_1', quantity: 2, available: 0, heldAt: now },
    };
    const again = retake(expired, new Map([['naan', stockOf('naan', 2, held)]]), now);
    expect(types(again.stocks.get('naan'))).toEqual(['StockTaken', 'StockOut']);
  });
  it('or breaks the reservation, taking nothing', () => {
    const gone = retake(expired, new Map([['naan', stockOf('naan', 1)]]), now);
    expect(gone).toMatchObject({ reservation: [{ type: 'ReservationBroken', data: { missing: 1 } }] });
    expect(gone.stocks.size).toBe(0);
    expect(retake(null, new Map(), now).reservation).toEqual([]);
  });
});
