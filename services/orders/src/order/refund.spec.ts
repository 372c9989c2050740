import { isRefusal } from '@dabba/event-store';
import { decider } from '@dabba/testing/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideOrder, type OrderCommand } from './decide.ts';
import * as sample from './order.samples.ts';
import { type Order, type OrderEvent, orderStream } from './order.ts';
import { goneBack, refundsDone, sumOf } from './refunds.ts';

const order = decider(orderStream, decideOrder);
const { noon: now, wasPlaced, paymentRequested, paid, confirmed, preparing, ready, pickedUp } = sample;
const { orderId, customerId, vendorId, outletId, taxJurisdiction, currency } = sample.placed();

/** Of 11.57 the customer has paid 6.57; 0.77 of it is tax. */
const cooking = [wasPlaced(), paymentRequested, paid, confirmed, preparing];
const done = [...cooking, ready, pickedUp, sample.completed];

const ask = (total?: number, refundId = 'ref_1'): OrderCommand => ({
  ...{ do: 'refund', refundId, reason: 'COLD_FOOD', now },
  ...(total !== undefined && { total }),
});
const asked = (total: number, refundId = 'ref_1'): OrderEvent => ({
  type: 'OrderRefundRequested',
  data: {
    ...{ orderId, refundId, customerId, vendorId, paymentId: 'pay_1', total, currency },
    ...{ reason: 'COLD_FOOD', requestedAt: now },
  },
});
const told = (amount: number, subsidy = 0, refundId = 'ref_1'): OrderCommand => ({
  ...{ do: 'refunded', refundId, amount, subsidy, now },
});
const back = (
  [amount, subsidy, tax]: readonly [amount: number, subsidy: number, tax: number],
  { refundId = 'ref_1', reason = 'COLD_FOOD' as string | null, afterCompletion = true } = {},
): OrderEvent => ({
  type: 'OrderRefunded',
  data: {
    ...{ orderId, refundId, customerId, vendorId, outletId, paymentId: 'pay_1', amount, subsidy, tax },
    ...{ taxJurisdiction, currency, reason, afterCompletion, refundedAt: now },
  },
});
const fail = (amount: number, reversed = false, refundId = 'ref_1'): OrderCommand => ({
  ...{ do: 'refund-failed', refundId, amount, code: 'declined', reversed, now },
});
const failed = (amount: number, reversed = false): OrderEvent => ({
  type: 'OrderRefundFailed',
  data: { orderId, refundId: 'ref_1', amount, code: 'declined', reversed, failedAt: now },
});

describe('S2-ORD-13 a refund by whoever runs the vendor', () => {
  it('is of a part, or of all that was paid, by customer and company', () => {
    order
      .given(done)
      .when(ask(300))
      .then([asked(300)]);
    order
      .given(done)
      .when(ask())
      .then([asked(1157)]);
    order
      .given(cooking)
      .when(ask(300))
      .then([asked(300)]);
  });
  it('may be repeated until all is gone, and never beyond', () => {
    const once = [...done, asked(1000)];
    order.given(once).when(ask(1000)).thenNothing();
    order
      .given(once)
      .when(ask(157, 'ref_2'))
      .then([asked(157, 'ref_2')]);
    order
      .given(once)
      .when(ask(undefined, 'ref_2'))
      .then([asked(157, 'ref_2')]);
    order.given(once).when(ask(158, 'ref_2')).thenRefused('refund-too-large');
    const all = [...once, asked(157, 'ref_2')];
    order.given(all).when(ask(1, 'ref_3')).thenRefused('nothing-to-refund');
    order.given(all).when(ask(undefined, 'ref_3')).thenRefused('nothing-to-refund');
  });
  it('is refused before anything was paid, and of a cancelled order, which gives all back by itself', () => {
    order.given([]).when(ask()).thenRefused('order-unknown');
    order.given([wasPlaced(), paymentRequested]).when(ask()).thenRefused('order-not-paid');
    order
      .given([...cooking, sample.cancelled('PREPARING')])
      .when(ask())
      .thenRefused('order-state');
  });
  it('may be asked for again once it has failed, by whatever has not gone back', () => {
    const all = [...done, asked(1157), failed(657)];
    order
      .given(all)
      .when(ask(657, 'ref_2'))
      .then([asked(657, 'ref_2')]);
    order.given(all).when(ask(658, 'ref_2')).thenRefused('refund-too-large');
  });
});

describe('what payments says of it', () => {
  it('X-20 is told once, with its share of the tax', () => {
    const wanted = [...done, asked(300)];
    order
      .given(wanted)
      .when(told(300))
      .then([back([300, 0, 20])]);
    order
      .given([...wanted, back([300, 0, 20])])
      .when(told(300))
      .thenNothing();
  });
  it('X-20 S4-SCP-03 has its share of the tax there is after a discount', () => {
    const less = { discount: 300, discountReason: 'STAFF_MEAL', tax: 51, total: 831 };
    const paying = { orderId, paymentId: 'pay_1', captured: 831, subsidy: 0, paidAt: now };
    const served = [wasPlaced(less), paymentRequested, { type: 'OrderPaid' as const, data: paying }];
    order
      .given([...served, confirmed, preparing, asked(300)])
      .when(told(300))
      .then([back([300, 0, 18], { afterCompletion: false })]);
    order
      .given([...served, confirmed, preparing])
      .when(told(831))
      .then([back([831, 0, 51], { reason: null, afterCompletion: false })]);
  });
  it('X-20 is told of what somebody else gave back, too', () => {
    order
      .given(done)
      .when(told(657, 500))
      .then([back([657, 500, 77], { reason: null })]);
    order.given([wasPlaced(), paymentRequested]).when(told(300)).thenNothing();
  });
  it('of a cancelled order counts where it was asked for before', () => {
    const cancelled = sample.cancelled('PREPARING');
    order
      .given([...cooking, cancelled])
      .when(told(657, 500))
      .thenNothing();
    order
      .given([...cooking, asked(300), cancelled])
      .when(told(300))
      .then([back([300, 0, 20], { afterCompletion: false })]);
  });
  it('can be that it failed, once, even after it had gone back', () => {
    order
      .given([...done, asked(300)])
      .when(fail(300))
      .then([failed(300)]);
    order
      .given([...done, asked(300), failed(300)])
      .when(fail(300))
      .thenNothing();
    order
      .given([...done, asked(300), back([300, 0, 20])])
      .when(fail(300, true))
      .then([failed(300, true)]);
    order.given(done).when(fail(300)).thenNothing();
  });
  it('X-20 before the completion is in what is completed', () => {
    const early = back([300, 0, 20], { afterCompletion: false });
    const { outcome } = order
      .given([...cooking, asked(300), early, ready, pickedUp])
      .when({ do: 'turn', to: 'COMPLETED', now });
    const refund = { refundId: 'ref_1', amount: 300, subsidy: 0, tax: 20, reason: 'COLD_FOOD' };
    expect(outcome).toMatchObject([{ data: { refunds: [{ ...refund, refundedAt: now }] } }]);
  });
});

type Deed =
  | { do: 'ask'; n: number; total: number | undefined }
  | { do: 'tell'; n: number }
  | { do: 'fail'; n: number };
const n = fc.integer({ min: 0, max: 6 });
const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.record({
      ...{ do: fc.constant('ask' as const), n },
      total: fc.option(fc.integer({ min: 1, max: 1_400 }), { nil: undefined }),
    }),
    fc.record({ do: fc.constant('tell' as const), n }),
    fc.record({ do: fc.constant('fail' as const), n }),
  ),
  { maxLength: 30 },
);

it('S0-INV-05 never gives back more than was paid, nor another share of the tax than of the whole', () => {
  fc.assert(
    fc.property(
      deeds,
      fc.integer({ min: 0, max: 1_157 }),
      fc.integer({ min: 0, max: 1_157 }),
      (doings, captured, tax) => {
        const subsidy = 1_157 - captured;
        const paying: OrderEvent = {
          type: 'OrderPaid',
          data: { orderId, paymentId: 'pay_1', captured, subsidy, paidAt: now },
        };
        let state: Order = [
          ...[wasPlaced({ tax }), paymentRequested, paying, confirmed, preparing, ready, pickedUp],
          sample.completed,
        ].reduce(orderStream.evolve, orderStream.initial());
        let failures = 0;
        const tell = (command: OrderCommand): void => {
          const decided = decideOrder(state, command);
          if (isRefusal(decided)) return;
          failures += decided.filter(({ type }) => type === 'OrderRefundFailed').length;
          state = decided.reduce(orderStream.evolve, state);
        };
        const split = (total: number): [number, number] => {
          const left = captured - sumOf(state?.refunds ?? {}, 'amount');
          return [Math.min(left, total), total - Math.min(left, total)];
        };
        for (const doing of doings) {
          const refundId = `ref_${doing.n}`;
          const known = state?.refunds[refundId];
          if (doing.do === 'ask') tell(ask(doing.total, refundId));
          else if (doing.do === 'fail' && known) tell(fail(known.total, true, refundId));
          else if (known?.status === 'REQUESTED') tell(told(...split(known.total), refundId));
          const refunds = state?.refunds ?? {};
          expect(goneBack(refunds)).toBeLessThanOrEqual(1_157);
          const finished = refundsDone(refunds);
          const whole = finished.reduce((sum, refund) => sum + refund.total, 0);
          const taxed = finished.reduce((sum, refund) => sum + refund.tax, 0);
          for (const each of finished) expect(each.tax).toBeGreaterThanOrEqual(0);
          if (failures === 0) expect(Math.abs(taxed - (tax * whole) / 1_157)).toBeLessThanOrEqual(0.5);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
