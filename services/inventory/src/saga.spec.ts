import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideReservation, type ReservationCommand } from './reservation/decide.ts';
import {
  type Part,
  type Reservation,
  type ReservationEvent,
  reservationStream,
} from './reservation/reservation.ts';
import { type Reserved, reserve, retake } from './reservation/reserve.ts';
import { imbalance, noTotals, type Totals, totalled } from './spec/ledger.ts';
import { decideStock, type StockCommand } from './stock/decide.ts';
import { type Follow, follow } from './stock/follow.ts';
import { type Stock, type StockEvent, stockStream } from './stock/stock.ts';

const now = Date.UTC(2026, 10, 20, 12);
const outletId = 'sto_1';
const items = ['naan', 'rice'] as const;
type ItemId = (typeof items)[number];

/** The service in memory: every stream has its own queue of events that are not reacted to yet. */
class Counter {
  readonly stocks = new Map<string, Stock>();
  readonly totals = new Map<string, Totals>();
  readonly reservations = new Map<string, Reservation>();
  readonly told = new Map<string, Set<string>>();
  readonly queues = new Map<string, (StockEvent | ReservationEvent)[]>();
  readonly late = new Set<string>();

  stock(id: string, events: readonly StockEvent[]): void {
    for (const event of events) {
      this.stocks.set(id, stockStream.evolve(this.stocks.get(id) ?? null, event));
      this.totals.set(id, totalled(this.totals.get(id) ?? noTotals, event));
      this.#queue(id, event);
    }
  }

  reservation(id: string, events: readonly ReservationEvent[]): void {
    for (const event of events) {
      this.reservations.set(id, reservationStream.evolve(this.reservations.get(id) ?? null, event));
      this.#queue(id, event);
    }
  }

  reserved(orderId: string, { reservation, stocks }: Reserved): void {
    this.reservation(orderId, reservation);
    for (const [id, events] of stocks) this.stock(id, events);
  }

  /** What orders say, as far as an order can still say it. */
  hear(orderId: string, what: 'place' | 'pay' | 'begin' | 'cancel', parts: Part[]): void {
    const said = this.told.get(orderId) ?? new Set();
    const may = {
      place: !said.has('place'),
      pay: said.has('place') && !said.has('pay') && !said.has('cancel'),
      begin: said.has('pay') && !said.has('begin') && !said.has('cancel'),
      cancel: said.has('place') && !said.has('cancel'),
    };
    if (!may[what]) return;
    this.told.set(orderId, said.add(what));
    const reservation = this.reservations.get(orderId) ?? null;
    if (what === 'place')
      this.reserved(
        orderId,
        reserve(reservation, this.stocks, { orderId, outletId, parts, expiresAt: now, now }),
      );
    else this.reservation(orderId, decideReservation(reservation, { do: what, now }));
    if (what === 'pay' && reservation?.status === 'EXPIRED') this.late.add(orderId);
  }

  time(orderId: string): void {
    const reservation = this.reservations.get(orderId) ?? null;
    if (this.late.delete(orderId)) this.reserved(orderId, retake(reservation, this.stocks, now));
    else this.reservation(orderId, decideReservation(reservation, { do: 'expire', now }));
  }

  /** Reacts to the oldest event of one stream. */
  deliver(nth: number): boolean {
    const waiting = [...this.queues.values()].filter((queue) => queue.length > 0);
    const event = waiting[nth % Math.max(waiting.length, 1)]?.shift();
    if (!event) return false;
    const { type, data } = event;
    if (type === 'ReservationCommitted') this.#follow(data, 'take');
    if (type === 'ReservationBegun') this.#follow(data, 'use');
    if (type === 'ReservationReleased') this.#follow(data, data.reason === 'EXPIRED' ? 'expire' : 'cancel');
    if (type === 'StockShort') {
      const lose: ReservationCommand = {
        do: 'lose',
        stockItemId: data.stockItemId,
        missing: data.quantity,
        now,
      };
      this.reservation(data.orderId, decideReservation(this.reservations.get(data.orderId) ?? null, lose));
    }
    return true;
  }

  say(command: StockCommand): void {
    const events = decideStock(this.stocks.get(command.stockItemId) ?? null, command);
    if (!isRefusal(events)) this.stock(command.stockItemId, events);
  }

  balanced(): void {
    for (const [id, stock] of this.stocks)
      expect(imbalance(stock, this.totals.get(id) ?? noTotals), id).toBeUndefined();
  }

  #follow({ orderId, parts }: { orderId: string; parts: readonly Part[] }, what: Follow['do']): void {
    for (const { stockItemId } of parts)
      this.stock(stockItemId, follow(this.stocks.get(stockItemId) ?? null, { do: what, orderId, now }));
  }

  #queue(id: string, event: StockEvent | ReservationEvent): void {
    this.queues.set(id, [...(this.queues.get(id) ?? []), event]);
  }
}

const item = fc.constantFrom<ItemId>(...items);
const orderId = fc.integer({ min: 1, max: 6 }).map((n) => `ord_${n}`);
const units = fc.integer({ min: 0, max: 6 });
const some = fc.integer({ min: 1, max: 4 });
const parts = fc
  .record({ naan: fc.integer({ min: 0, max: 3 }), rice: fc.integer({ min: 0, max: 3 }) })
  .map((takes) =>
    items.flatMap((stockItemId) =>
      takes[stockItemId] > 0 ? [{ stockItemId, quantity: takes[stockItemId] }] : [],
    ),
  );
const step: fc.Arbitrary<(counter: Counter) => unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 9 }).map((nth) => (counter: Counter) => counter.deliver(nth)),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(orderId, fc.constantFrom('place', 'place', 'pay', 'begin', 'cancel'), parts).map(
      ([id, what, takes]) =>
        (counter: Counter) =>
          counter.hear(id, what, takes),
    ),
  },
  { weight: 2, arbitrary: orderId.map((id) => (counter: Counter) => counter.time(id)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        item,
        fc.oneof(
          units.map((counted) => ({ do: 'count', counted, reason: 'x' }) as const),
          some.map((quantity) => ({ do: 'restock', quantity, reference: null }) as const),
          some.map((quantity) => ({ do: 'waste', quantity, reason: 'x' }) as const),
          fc.constant({ do: 'eighty-six', reason: 'x' } as const),
          fc.constant({ do: 'put-back' } as const),
        ),
      )
      .map(
        ([stockItemId, said]) =>
          (counter: Counter) =>
            counter.say({ ...said, outletId, stockItemId, now }),
      ),
  },
);

describe('stock and orders, in any order', () => {
  it('X-07 never negative, always balanced, and nothing is kept for orders that are over', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const counter = new Counter();
        for (const stockItemId of items)
          counter.say({ do: 'begin', vendorId: 'v', counted: 5, threshold: 2, outletId, stockItemId, now });
        for (const take of steps) {
          take(counter);
          counter.balanced();
        }
        for (const [id, said] of counter.told) if (!said.has('begin')) counter.hear(id, 'cancel', []);
        for (const id of counter.told.keys()) counter.time(id);
        while (counter.deliver(0)) counter.balanced();
        for (const stock of counter.stocks.values()) {
          expect(stock?.held).toEqual([]);
          expect(stock?.taken).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
