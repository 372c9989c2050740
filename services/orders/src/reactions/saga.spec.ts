import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consequencesOf, type Patience, type TimerName } from '../order/consequences.ts';
import { decideOrder, type OrderCommand } from '../order/decide.ts';
import { noon, placed } from '../order/order.samples.ts';
import { type Order, type OrderEvent, type OrderStatus, orderStream } from '../order/order.ts';
import { mayBecome } from '../order/transitions.ts';
import { commandOf } from '../tasks/timer-command.ts';
import { commandOfFact, type Fact } from './command-of-fact.ts';

const patience: Patience = {
  stock: 1_500,
  payment: 900_000,
  paymentGrace: 30_000,
  acceptance: 300_000,
  completion: 60_000,
};
const about = { orderId: 'ord_1', outletId: 'trk_1' };
const ticket = { ...about, ticketId: 'tkt_1' };
const payment = { paymentId: 'pay_1', orderId: 'ord_1' };
const ended = { ...payment, sessionId: null, cancelledAt: noon };
const { pickupAt, slot, estimatedReady } = placed();
const lessTip = { pickupAt, slot, estimatedReady, tip: 90, tipPercentage: 10, total: 1067 };

const facts: readonly Fact[] = [
  { type: 'ReservationMade', data: { ...about, parts: [], expiresAt: noon, madeAt: noon } },
  { type: 'ReservationRefused', data: { ...about, parts: [], short: [], refusedAt: noon } },
  { type: 'ReservationReleased', data: { ...about, parts: [], reason: 'EXPIRED', releasedAt: noon } },
  { type: 'ReservationReleased', data: { ...about, parts: [], reason: 'CANCELLED', releasedAt: noon } },
  { type: 'ReservationBroken', data: { ...about, stockItemId: 's', missing: 1, brokenAt: noon } },
  {
    type: 'PaymentSucceeded',
    data: {
      ...{ paymentId: 'pay_1', orderId: 'ord_1', sessionId: null, customerId: 'cus_1', provider: 'stripe' },
      ...{ captured: 657, subsidy: 500, currency: 'USD', chargeId: 'ch_1', succeededAt: noon },
    },
  },
  { type: 'PaymentCancelled', data: { ...ended, reason: 'EXPIRED' } },
  { type: 'PaymentCancelled', data: { ...ended, reason: 'DECLINED' } },
  { type: 'TicketStarted', data: { ...ticket, startedAt: noon } },
  { type: 'TicketReady', data: { ...ticket, readyAt: noon } },
  { type: 'TicketHandedOver', data: { ...ticket, handedOverAt: noon } },
  { type: 'TicketRejected', data: { ...ticket, reason: 'no oil', rejectedAt: noon } },
  {
    type: 'TicketEstimated',
    data: { ticketId: 'tkt_1', orderId: 'ord_1', estimatedReady: noon + 1, estimatedAt: noon },
  },
  { type: 'PaymentAmended', data: { ...payment, amount: 1067, due: 567, code: null, amendedAt: noon } },
  {
    type: 'PaymentAmended',
    data: { ...payment, amount: 1157, due: 657, code: 'succeeded', amendedAt: noon },
  },
];
const turns: readonly OrderStatus[] = [
  'CONFIRMED',
  'PREPARING',
  'READY',
  'PICKED_UP',
  'OUT_FOR_DELIVERY',
  'COMPLETED',
];

type Happening = { fact: number } | { timer: TimerName } | { turn: OrderStatus } | 'cancel' | 'tip';

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ fact: fc.nat(facts.length - 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      timer: fc.constantFrom<TimerName>('stock', 'payment', 'acceptance', 'completion'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ turn: fc.constantFrom(...turns) }) },
  { weight: 1, arbitrary: fc.constantFrom('cancel', 'tip') },
);

/** One order with everything it wrote and every timer it has set. */
class Life {
  order: Order = null;
  readonly events: OrderEvent[] = [];
  timer: TimerName | undefined;
  released = 0;

  tell(command: OrderCommand | undefined): void {
    const decided = command ? decideOrder(this.order, command) : [];
    if (isRefusal(decided)) return;
    for (const event of decided) {
      const was = this.order?.status;
      this.order = orderStream.evolve(this.order, event);
      const is = this.order?.status;
      if (was !== undefined && is !== undefined && was !== is && !mayBecome(was, is))
        expect.fail(`${was} became ${is}`);
    }
    this.events.push(...decided);
    if (this.order === null) return;
    for (const { task, payload, cancel } of consequencesOf(this.order, decided, 'sfo', patience)) {
      if (task === 'free-slot') this.released++;
      else this.timer = cancel ? undefined : timerOf(payload.timer);
    }
  }

  meet(each: Happening): void {
    if (this.order === null) return;
    if (each === 'cancel') this.tell({ do: 'cancel', reason: 'CUSTOMER', detail: null, now: noon });
    else if (each === 'tip') this.tell({ do: 'change', change: lessTip, now: noon });
    else if ('turn' in each) this.tell({ do: 'turn', to: each.turn, now: noon });
    else if ('timer' in each) this.tell(commandOf(each.timer, this.order, patience, noon));
    else {
      const fact = facts[each.fact];
      if (fact) this.tell(commandOfFact(fact, this.order, patience, noon));
    }
  }

  ring(): void {
    const { timer } = this;
    this.timer = undefined;
    if (timer !== undefined) this.meet({ timer });
  }

  count(type: OrderEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }
}

function timerOf(name: unknown): TimerName {
  if (name === 'stock' || name === 'payment' || name === 'acceptance' || name === 'completion') return name;
  throw new Error(`No timer ${String(name)}`);
}

describe('X-16 S1-EVT-05 whatever comes, in whatever order and however often', () => {
  const lives = fc.record({
    tracked: fc.boolean(),
    autoAccept: fc.boolean(),
    delivered: fc.boolean(),
    happenings: fc.array(happening, { maxLength: 40 }),
  });
  it('an order only goes lawful ways, is paid and cancelled at most once, and does not wait for ever', () => {
    fc.assert(
      fc.property(lives, ({ tracked, autoAccept, delivered, happenings }) => {
        const life = new Life();
        const fulfilment = delivered ? 'DELIVERY' : 'PICKUP';
        life.tell({
          do: 'place',
          placed: placed({ tracked, autoAccept, fulfilment }),
          payWithin: patience.payment,
        });
        for (const each of happenings) life.meet(each);
        while (life.timer !== undefined) life.ring();

        for (const once of [
          'OrderPaymentRequested',
          'OrderPaid',
          'OrderConfirmed',
          'OrderCancelled',
          'OrderCompleted',
        ] as const)
          expect(life.count(once), once).toBeLessThanOrEqual(1);
        expect(['PENDING', 'PAID', 'PICKED_UP']).not.toContain(life.order?.status);
        expect(life.order?.status === 'CANCELLED').toBe(life.count('OrderCancelled') === 1);
        expect(life.released).toBe(life.count('OrderCancelled'));
        if (life.order?.status === 'CANCELLED') expect(life.events.at(-1)?.type).toBe('OrderCancelled');
        if (life.order?.status === 'COMPLETED') expect(life.order.payment).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
  it('S1-EVT-06 money that comes after the end changes nothing: the cancellation is what it is given back by', () => {
    const life = new Life();
    life.tell({ do: 'place', placed: placed(), payWithin: patience.payment });
    life.meet('cancel');
    for (let n = 0; n < facts.length; n++) life.meet({ fact: n });
    expect(life.events.map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'OrderPaymentRequested',
      'OrderCancelled',
    ]);
  });
  it('S4-SVC-14 inventory that says nothing does not stop an order, and its no still does where nothing is begun', () => {
    const life = new Life();
    life.tell({ do: 'place', placed: placed({ tracked: true }), payWithin: patience.payment });
    life.meet({ timer: 'stock' });
    expect(life.events.at(-1)).toMatchObject({ type: 'OrderPaymentRequested', data: { reserved: false } });
    life.meet({ fact: 5 });
    life.meet({ fact: 1 });
    expect(life.events.at(-1)).toMatchObject({
      data: { reason: 'SOLD_OUT_AFTER_PAYMENT', was: 'CONFIRMED' },
    });
    const begun = new Life();
    begun.tell({ do: 'place', placed: placed(), payWithin: patience.payment });
    for (const fact of [5, 8, 4, 1]) begun.meet({ fact });
    expect(begun.order?.status).toBe('PREPARING');
  });
});
