import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { decideOrder, type OrderCommand } from './decide.ts';
import * as sample from './order.samples.ts';
import { type OrderEvent, type OrderStatus, orderStream } from './order.ts';
import { transitions, wayTo } from './transitions.ts';

const order = decider(orderStream, decideOrder);
const {
  noon: now,
  payWithin,
  wasPlaced,
  paymentRequested,
  paid,
  confirmed,
  preparing,
  ready,
  pickedUp,
} = sample;
const delivered = wasPlaced({ fulfilment: 'DELIVERY' });

const upTo: Record<OrderStatus, readonly OrderEvent[]> = {
  PENDING: [wasPlaced(), paymentRequested],
  PAID: [wasPlaced(), paymentRequested, paid],
  CONFIRMED: [wasPlaced(), paymentRequested, paid, confirmed],
  PREPARING: [wasPlaced(), paymentRequested, paid, confirmed, preparing],
  READY: [wasPlaced(), paymentRequested, paid, confirmed, preparing, ready],
  OUT_FOR_DELIVERY: [delivered, paymentRequested, paid, confirmed, preparing, ready, sample.outForDelivery],
  PICKED_UP: [wasPlaced(), paymentRequested, paid, confirmed, preparing, ready, pickedUp],
  COMPLETED: [wasPlaced(), paymentRequested, paid, confirmed, preparing, ready, pickedUp, sample.completed],
  CANCELLED: [wasPlaced(), paymentRequested, sample.cancelled('PENDING')],
};
const pay: OrderCommand = { do: 'pay', paymentId: 'pay_1', captured: 657, subsidy: 500, now };
const cancel: OrderCommand = { do: 'cancel', reason: 'CUSTOMER', detail: null, now };
const commandTo = (to: OrderStatus): OrderCommand =>
  to === 'PAID' ? pay : to === 'CANCELLED' ? cancel : { do: 'turn', to, now };
const statuses = Object.keys(transitions).filter((key): key is OrderStatus => key in transitions);

describe('X-01 an order', () => {
  it('S2-STM-01 has these ways and no others', () => {
    const ways = statuses.flatMap((from) => transitions[from].map((to) => `${from} → ${to}`));
    expect(ways.sort()).toEqual(
      [
        ...[
          'PENDING → PAID',
          'PAID → CONFIRMED',
          'CONFIRMED → PREPARING',
          'PREPARING → READY',
          'READY → PICKED_UP',
        ],
        ...['PICKED_UP → COMPLETED', 'READY → OUT_FOR_DELIVERY', 'OUT_FOR_DELIVERY → COMPLETED'],
        ...['PENDING → CANCELLED', 'PAID → CANCELLED', 'CONFIRMED → CANCELLED', 'PREPARING → CANCELLED'],
      ].sort(),
    );
  });
  const pairs = statuses.flatMap((from) => statuses.map((to) => [from, to] as const));
  it.each(pairs)('S2-STM-01 that is %s may become %s, or is refused with 409 and no event', (from, to) => {
    const history = to === 'OUT_FOR_DELIVERY' ? [delivered, ...upTo[from].slice(1)] : upTo[from];
    const given = order.given(history);
    expect(given.state?.status).toBe(from);
    if (to === 'PAID' && given.state?.payment) return given.when(pay).thenNothing();
    if (!transitions[from].includes(to)) return given.when(commandTo(to)).thenRefused('order-state');
    const after = [...history];
    const { outcome } = given.when(commandTo(to));
    if (!Array.isArray(outcome)) expect.fail(`${from} → ${to}: ${JSON.stringify(outcome)}`);
    after.push(...outcome);
    const reached = after.reduce(orderStream.evolve, orderStream.initial());
    expect(reached?.status).toBe(to === 'PAID' ? 'CONFIRMED' : to);
  });
  it('is paid for at once where nothing of it is counted', () => {
    order
      .given([])
      .when({ do: 'place', placed: sample.placed(), payWithin })
      .then([wasPlaced(), paymentRequested]);
    const placed = sample.placed({ tracked: true });
    order
      .given([])
      .when({ do: 'place', placed, payWithin })
      .then([wasPlaced({ tracked: true })]);
    const server = sample.placed({ tracked: true, confirms: 'SERVER' });
    order
      .given([])
      .when({ do: 'place', placed: server, payWithin })
      .then([wasPlaced({ tracked: true, confirms: 'SERVER' })]);
    expect([placed.payableUntil, server.payableUntil]).toEqual([now + payWithin, null]);
    order.given([wasPlaced()]).when({ do: 'place', placed, payWithin }).thenRefused('order-exists');
  });
  it('asks for its payment once, and never when it is over', () => {
    const ask: OrderCommand = { do: 'ask-payment', reserved: false, payWithin, now };
    order
      .given([wasPlaced({ tracked: true })])
      .when(ask)
      .then([paymentRequested]);
    order
      .given(upTo.PENDING)
      .when({ ...ask, now: now + 1, reserved: true })
      .thenNothing();
    order
      .given([wasPlaced({ tracked: true }), sample.cancelled('PENDING')])
      .when(ask)
      .thenRefused('order-state');
  });
  it('X-01 is confirmed with its payment where the vendor accepts by itself, else by the vendor', () => {
    order.given(upTo.PENDING).when(pay).then([paid, confirmed]);
    const asked = [wasPlaced({ autoAccept: false }), paymentRequested];
    order.given(asked).when(pay).then([paid]);
    order
      .given([...asked, paid])
      .when({ do: 'turn', to: 'CONFIRMED', now })
      .then([confirmed]);
  });
  it('is paid once, however often that is told', () => {
    order.given(upTo.PAID).when(pay).thenNothing();
    order.given(upTo.READY).when(pay).thenNothing();
    order.given(upTo.CANCELLED).when(pay).thenRefused('order-state');
  });
  it('follows its kitchen past steps nobody told of, and never back', () => {
    const follow = (to: OrderStatus): OrderCommand => ({ do: 'follow', to, now });
    order.given(upTo.CONFIRMED).when(follow('PICKED_UP')).then([preparing, ready, pickedUp]);
    order.given(upTo.PREPARING).when(follow('READY')).then([ready]);
    for (const status of ['PENDING', 'PAID', 'COMPLETED', 'CANCELLED', 'READY', 'OUT_FOR_DELIVERY'] as const)
      order.given(upTo[status]).when(follow('PREPARING')).thenNothing();
    expect(wayTo('READY', 'CANCELLED')).toEqual([]);
  });
  it('takes an estimate while it is being made, where it differs', () => {
    const estimatedReady = now + 1_200_000;
    const estimate: OrderCommand = { do: 'estimate', estimatedReady, now };
    const estimated: OrderEvent = {
      type: 'OrderEstimated',
      data: { orderId: 'ord_1', estimatedReady, estimatedAt: now },
    };
    order.given(upTo.CONFIRMED).when(estimate).then([estimated]);
    order
      .given([...upTo.PREPARING, estimated])
      .when(estimate)
      .thenNothing();
    for (const status of ['PENDING', 'READY', 'CANCELLED'] as const)
      order.given(upTo[status]).when(estimate).thenNothing();
  });
  it('says what it was when it is cancelled, and carries what a receipt needs when it is completed', () => {
    order
      .given(upTo.PREPARING)
      .when(cancel)
      .then([sample.cancelled('PREPARING')]);
    const complete: OrderCommand = { do: 'turn', to: 'COMPLETED', now };
    order.given(upTo.PICKED_UP).when(complete).then([sample.completed]);
    const less = (tax: number) => [
      wasPlaced({ discount: 300, discountReason: 'STAFF_MEAL', tax }),
      ...upTo.PICKED_UP.slice(1),
    ];
    expect(order.given(less(51)).when(complete).outcome).toMatchObject([{ data: { taxable: 600, tax: 51 } }]);
    // Placed when a discount did not lower the tax.
    expect(order.given(less(77)).when(complete).outcome).toMatchObject([
      { data: { taxable: null, tax: 77 } },
    ]);
  });
  it('does not leave the counter by a rider where it is to be picked up', () => {
    order.given(upTo.READY).when({ do: 'turn', to: 'OUT_FOR_DELIVERY', now }).thenRefused('order-state');
  });
  it('is 404 where it was never placed', () => {
    order.given([]).when(cancel).thenRefused('order-unknown');
  });
});

describe('S2-ORD-07 a pending order', () => {
  const { pickupAt, slot, tip, tipPercentage, total, estimatedReady } = sample.placed();
  const change = { pickupAt, slot, tip, tipPercentage, total, estimatedReady };
  const later = { ...change, pickupAt: now + 3_600_000, slot: now + 3_600_000 };
  const dearer = { ...change, tip: 90, tipPercentage: 10, total: 1067 };
  const waiting = [wasPlaced({ tracked: true, confirms: 'SERVER' })];
  const holding = [wasPlaced({ tracked: true })];
  const changed = (to: typeof change): OrderEvent => ({
    type: 'OrderChanged',
    data: { orderId: 'ord_1', ...to, changedAt: now },
  });
  const tipRequested = (to: typeof change): OrderEvent => ({
    type: 'OrderTipRequested',
    data: {
      ...{ orderId: 'ord_1', customerId: 'cus_1', requestedAt: now },
      ...{ tip: to.tip, tipPercentage: to.tipPercentage, total: to.total },
    },
  });
  it('may be wanted later, and with another tip while nobody has asked for its payment', () => {
    order
      .given(upTo.PENDING)
      .when({ do: 'change', change: later, now })
      .then([changed(later)]);
    order
      .given(waiting)
      .when({ do: 'change', change: dearer, now })
      .then([changed(dearer)]);
    const byUs = wasPlaced({ confirms: 'SERVER' });
    order
      .given([byUs, sample.paymentRequested])
      .when({ do: 'change', change: dearer, now })
      .thenRefused('amount-fixed');
    order.given(upTo.PENDING).when({ do: 'change', change, now }).thenNothing();
  });
  it('gets another tip by its payment, where that is being made', () => {
    order
      .given(upTo.PENDING)
      .when({ do: 'change', change: dearer, now })
      .then([tipRequested(dearer)]);
    order.given(holding).when({ do: 'change', change: dearer, now }).thenRefused('busy');
    const both = { ...dearer, ...{ pickupAt: later.pickupAt, slot: later.slot } };
    order
      .given(upTo.PENDING)
      .when({ do: 'change', change: both, now })
      .then([changed(later), tipRequested(dearer)]);
    const wished = [...upTo.PENDING, tipRequested(dearer)];
    order.given(wished).when({ do: 'change', change: dearer, now }).thenNothing();
    order
      .given(wished)
      .when({ do: 'change', change: { ...dearer, tip: 45, total: 1022 }, now })
      .thenRefused('tip-changing');
    // Another pickup time does not take the wish for granted.
    order
      .given(wished)
      .when({ do: 'change', change: later, now })
      .then([changed(later)]);
  });
  it('has the tip that its payment asks for', () => {
    const told = (amount: number, code: string | null = null) =>
      ({ do: 'amended', amount, code, now }) as const;
    const wished = [...upTo.PENDING, tipRequested(dearer)];
    order
      .given(wished)
      .when(told(1067))
      .then([changed(dearer)]);
    order
      .given([...wished, changed(later)])
      .when(told(1067))
      .then([changed({ ...dearer, pickupAt: later.pickupAt, slot: later.slot })]);
    const refused = (code: string): OrderEvent => ({
      type: 'OrderTipRefused',
      data: { orderId: 'ord_1', code, refusedAt: now },
    });
    order
      .given(wished)
      .when(told(1157, 'succeeded'))
      .then([refused('succeeded')]);
    order
      .given(wished)
      .when(told(1157))
      .then([refused('another-amount')]);
    for (const over of [[...wished, changed(dearer)], [...wished, refused('succeeded')], upTo.PAID])
      order.given(over).when(told(1067)).thenNothing();
  });
  it('is changed no more once it is anything else', () => {
    for (const status of statuses.filter((each) => each !== 'PENDING'))
      order.given(upTo[status]).when({ do: 'change', change: later, now }).thenRefused('order-state');
  });
});
