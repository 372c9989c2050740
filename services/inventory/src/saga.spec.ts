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

type What<F> = F extends Follow ? Omit<F, 'orderId' | 'now'> : never;

/** The service in memory: every stream has its own queue of events that are not reacted to yet. */
class Counter {
  readonly stocks = new Map<string, Stock>();
  readonly totals = new Map<string, Totals>();
  readonly reservations = new Map<string, Reservation>();
  readonly told = new Map<string, Set<string>>();
  readonly placed = new Map<string, Part[]>();
  readonly queues = new Map<string, (StockEvent | ReservationEvent)[]>();
  readonly late = new Set<string>();
  /** Later with each thing that happens. */
  #now = now + 1;

  get now(): number {
    return this.#now++;
  }

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

  /**
   * What orders say, as far as an order can still say it; and that a kitchen started, which it does while it has not heard of the end. Its word
   * may be here before those of orders.
   */
  hear(orderId: string, what: 'place' | 'pay' | 'begin' | 'cancel' | 'start', parts: Part[]): void {
    const said = this.told.get(orderId) ?? new Set();
    const may = {
      place: !said.has('place'),
      pay: said.has('place') && !said.has('pay') && !said.has('cancel'),
      begin: said.has('pay') && !said.has('begin') && !said.has('cancel'),
      cancel: said.has('place') && !said.has('cancel'),
      start: !said.has('start'),
    };
    if (!may[what]) return;
    this.told.set(orderId, said.add(what));
    const reservation = this.reservations.get(orderId) ?? null;
    if (what === 'start' || what === 'begin') this.#begin(orderId, reservation, what);
    else if (what === 'place') {
      this.placed.set(orderId, parts);
      const wanted = { orderId, outletId, parts, expiresAt: now, now };
      // As the reaction: of an order that takes nothing nothing is kept.
      if (parts.length > 0) this.reserved(orderId, reserve(reservation, this.stocks, wanted));
    } else this.reservation(orderId, decideReservation(reservation, { do: what, now }));
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
    if (type === 'ReservationCommitted') this.#follow(data, () => ({ do: 'take' }));
    if (type === 'ReservationBegun')
      this.#follow(data, ({ quantity }) => ({ do: 'use', quantity, at: data.begunAt }));
    if (type === 'ReservationReleased')
      this.#follow(data, () => ({ do: data.reason === 'EXPIRED' ? 'expire' : 'cancel' }));
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

  /** Nobody wants any more what no kitchen has begun, and all is heard. */
  settle(): void {
    for (const [id, said] of this.told) if (!said.has('begin')) this.hear(id, 'cancel', []);
    for (const id of this.told.keys()) this.time(id);
    while (this.deliver(0)) this.balanced();
  }

  balanced(): void {
    for (const [id, stock] of this.stocks)
      expect(imbalance(stock, this.totals.get(id) ?? noTotals), id).toBeUndefined();
  }

  #begin(orderId: string, reservation: Reservation, what: 'start' | 'begin'): void {
    const at = this.now;
    const of = what === 'start' ? { of: { orderId, outletId } } : {};
    this.reservation(orderId, decideReservation(reservation, { do: 'begin', at, now, ...of }));
  }

  #follow(
    { orderId, parts }: { orderId: string; parts: readonly Part[] },
    whatOf: (part: Part) => What<Follow>,
  ): void {
    for (const part of parts) {
      const command = { ...whatOf(part), orderId, now };
      this.stock(part.stockItemId, follow(this.stocks.get(part.stockItemId) ?? null, command));
    }
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
const sayings = {
  count: units.map((counted) => ({ do: 'count', counted, reason: 'x' }) as const),
  restock: some.map((quantity) => ({ do: 'restock', quantity, reference: null }) as const),
  waste: some.map((quantity) => ({ do: 'waste', quantity, reason: 'x' }) as const),
  '86': fc.constant({ do: 'eighty-six', reason: 'x' } as const),
  'put-back': fc.constant({ do: 'put-back' } as const),
};
type Saying = keyof typeof sayings;

/** Something happens; of what people say of a shelf, one of these. */
function step(said: readonly Saying[]): fc.Arbitrary<(counter: Counter) => unknown> {
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.integer({ min: 0, max: 9 }).map((nth) => (counter: Counter) => counter.deliver(nth)),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(orderId, fc.constantFrom('place', 'place', 'pay', 'begin', 'cancel', 'start'), parts)
        .map(
          ([id, what, takes]) =>
            (counter: Counter) =>
              counter.hear(id, what, takes),
        ),
    },
    { weight: 2, arbitrary: orderId.map((id) => (counter: Counter) => counter.time(id)) },
    {
      weight: 3,
      arbitrary: fc.tuple(item, fc.oneof(...said.map((what) => sayings[what]))).map(
        ([stockItemId, words]) =>
          (counter: Counter) =>
            counter.say({ ...words, outletId, stockItemId, now: counter.now }),
      ),
    },
  );
}

describe('stock and orders, in any order', () => {
  it('X-07 never negative, always balanced, and nothing is kept for orders that are over', () => {
    fc.assert(
      fc.property(
        fc.array(step(['count', 'restock', 'waste', '86', 'put-back']), { maxLength: 80, size: 'max' }),
        (steps) => {
          const counter = new Counter();
          for (const stockItemId of items)
            counter.say({ do: 'begin', vendorId: 'v', counted: 5, threshold: 2, outletId, stockItemId, now });
          for (const take of steps) {
            take(counter);
            counter.balanced();
          }
          counter.settle();
          for (const stock of counter.stocks.values()) {
            expect(stock?.held).toEqual([]);
            expect(stock?.taken).toEqual([]);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('S1-EVT-06 X-07 what kitchens have begun is gone from the shelf, once, and all else is there', () => {
    fc.assert(
      fc.property(fc.array(step(['restock', '86', 'put-back']), { maxLength: 80, size: 'max' }), (steps) => {
        const counter = new Counter();
        // Enough for everybody: nothing is missing but what is said to be.
        for (const stockItemId of items)
          counter.say({ do: 'begin', vendorId: 'v', counted: 99, threshold: 2, outletId, stockItemId, now });
        for (const take of steps) take(counter);
        counter.settle();
        for (const [id, stock] of counter.stocks) {
          const made = [...counter.placed].filter(([orderId]) => {
            const said = counter.told.get(orderId);
            return said?.has('begin') || said?.has('start');
          });
          const used = made
            .flatMap(([, takes]) => takes)
            .filter(({ stockItemId }) => stockItemId === id)
            .reduce((units, { quantity }) => units + quantity, 0);
          expect(stock?.onHand, id).toBe(99 + (counter.totals.get(id)?.restocked ?? 0) - used);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
