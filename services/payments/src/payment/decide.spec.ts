import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decidePayment } from './decide.ts';
import { type PaymentEvent, paymentStream } from './payment.ts';
import {
  authorised,
  cancelled,
  created,
  disputeOpened,
  ending,
  holdRequested,
  noon,
  paymentId,
  refundAsked,
  refundDone,
  refundFailed,
  requested,
  succeeded,
  wanted,
  wish,
} from './samples.ts';

const payment = decider(paymentStream, decidePayment);
const at = { paymentId, now: noon } as const;
const cancel = { do: 'cancel', reason: 'CANCELLED', ...at } as const;
const capture = (amount: number) => ({ do: 'capture', amount, ...at }) as const;
const refund = (amount?: number, refundId = 'ref_1') =>
  ({ do: 'refund', refundId, reason: 'cold', ...(amount !== undefined && { amount }), ...at }) as const;

describe('a payment', () => {
  it('S2-PAY-03 is asked for less the subsidy, once', () => {
    const ask = { do: 'request', wish: wish(), ...at } as const;
    payment.given([]).when(ask).then([requested()]);
    payment.given([requested()]).when(ask).thenNothing();
  });
  it('S2-PAY-03 that the company pays whole is paid at once, without a provider', () => {
    const whole = { ...wish(), subsidy: 1542 };
    const paid = succeeded(0, 1542);
    const data = paid.type === 'PaymentSucceeded' && { ...paid.data, provider: 'none', chargeId: null };
    if (!data) throw new Error('Not a success');
    payment
      .given([])
      .when({ do: 'request', wish: whole, ...at })
      .then([requested({ subsidy: 1542 }), { type: 'PaymentSucceeded', data }]);
  });
  it('is nothing before it was asked for', () => {
    for (const command of [cancel, capture(100), refund(100)])
      payment.given([]).when(command).thenRefused('payment-unknown');
  });
  it('S2-PAY-04 goes to another provider while the first has made no intent', () => {
    const over = {
      do: 'fail-over',
      from: 'stripe',
      to: 'spare',
      method: 'pm_2',
      customer: null,
      ...at,
    } as const;
    const data = {
      paymentId,
      from: 'stripe',
      to: 'spare',
      paymentMethod: 'pm_2',
      providerCustomer: null,
      at: noon,
    };
    payment
      .given([requested()])
      .when(over)
      .then([{ type: 'PaymentFailedOver', data }]);
    payment.given([requested(), created()]).when(over).thenNothing();
    payment
      .given([requested(), { type: 'PaymentFailedOver', data }])
      .when(over)
      .thenNothing();
    payment
      .given([requested(), cancelled('EXPIRED')])
      .when(over)
      .thenNothing();
  });
});

describe('calling a payment off', () => {
  it('is done at once without an intent, and asked of the provider with one', () => {
    payment
      .given([requested()])
      .when(cancel)
      .then([cancelled('CANCELLED')]);
    payment
      .given([requested(), created()])
      .when(cancel)
      .then([ending('CANCELLED')]);
    payment
      .given([requested(), created(), ending('EXPIRED')])
      .when(cancel)
      .then([ending('CANCELLED')]);
    payment
      .given([requested(), created(), ending('EXPIRED'), ending('CANCELLED')])
      .when(cancel)
      .thenNothing();
    payment
      .given([requested(), cancelled('EXPIRED')])
      .when(cancel)
      .thenNothing();
  });
  it('S1-EVT-06 gives back what was paid, the company its share, once', () => {
    const back = refundAsked('ref_1_all', 1042, 500, 'CANCELLED');
    payment.given([requested(), created(), succeeded()]).when(cancel).then([back]);
    payment.given([requested(), created(), succeeded(), back]).when(cancel).thenNothing();
  });
  it('gives back nothing where nothing is left, and what failed is not asked for under the same name again', () => {
    const all = refundAsked('ref_1_all', 1042, 500, 'CANCELLED');
    const paid = [requested(), created(), succeeded()];
    payment
      .given([...paid, refundAsked('ref_2', 1042, 500)])
      .when(cancel)
      .thenNothing();
    payment
      .given([...paid, all, refundFailed('ref_1_all', 1042)])
      .when(cancel)
      .thenNothing();
  });
  it('happens by itself when its time is over, and not a moment before', () => {
    const late = (now: number) => ({ do: 'time-out', paymentId, now }) as const;
    const due = noon + 900_000;
    payment
      .given([requested()])
      .when(late(due - 1))
      .thenNothing();
    const expired = cancelled('EXPIRED');
    if (expired.type !== 'PaymentCancelled') throw new Error('Not an end');
    payment
      .given([requested()])
      .when(late(due))
      .then([{ ...expired, data: { ...expired.data, cancelledAt: due } }]);
    payment.given([requested(), created(), succeeded()]).when(late(due)).thenNothing();
    payment
      .given([holdRequested(), created(true), authorised()])
      .when(late(due))
      .thenNothing();
  });
});

describe('a hold at a fridge', () => {
  const held = [holdRequested(), created(true), authorised()];
  it('S0-INV-05 is taken once, for what was taken', () => {
    payment
      .given(held)
      .when(capture(850))
      .then([wanted(850)]);
    payment
      .given([...held, wanted(850)])
      .when(capture(850))
      .thenNothing();
    payment
      .given([...held, wanted(850)])
      .when(capture(1700))
      .thenNothing();
  });
  it('S0-INV-05 is let go at once when nothing was taken', () => {
    payment
      .given(held)
      .when(capture(0))
      .then([ending('NOTHING_TAKEN', true)]);
    payment
      .given([holdRequested()])
      .when(capture(0))
      .then([cancelled('NOTHING_TAKEN', true)]);
  });
  it('S0-INV-05 is not given back by late word that nothing was taken, which something was', () => {
    const nothing = { do: 'cancel', reason: 'NOTHING_TAKEN', ...at } as const;
    const taken = [...held, wanted(850)];
    payment.given(taken).when(nothing).thenNothing();
    payment
      .given([...taken, succeeded(850, 0, true)])
      .when(nothing)
      .thenNothing();
  });
  it('has no order that could call it off once more', () => {
    payment
      .given([...held, ending('NOTHING_TAKEN', true)])
      .when(cancel)
      .thenNothing();
  });
  it('S0-INV-05 that does not come to stand in its time is over though it is wanted: it is owed then', () => {
    const asked = [holdRequested(), created(true), wanted(850)];
    const over = ending('EXPIRED', true);
    if (over.type !== 'PaymentCancelRequested') throw new Error('Not an end');
    const late = noon + 900_000;
    payment
      .given(asked)
      .when({ do: 'time-out', paymentId, now: late })
      .then([{ ...over, data: { ...over.data, requestedAt: late } }]);
  });
  it('is wanted before it stands, and is not called off any more then', () => {
    payment
      .given([holdRequested()])
      .when(capture(850))
      .then([wanted(850)]);
    payment
      .given([holdRequested(), created(true), wanted(850)])
      .when(cancel)
      .thenNothing();
  });
});

describe('a refund', () => {
  const paid = [requested(), created(), succeeded()];
  it('of all gives the customer and the company back what each paid', () => {
    payment
      .given(paid)
      .when(refund())
      .then([refundAsked('ref_1', 1042, 500)]);
  });
  it('of a part gives back the customer first', () => {
    payment
      .given(paid)
      .when(refund(1000))
      .then([refundAsked('ref_1', 1000)]);
    payment
      .given(paid)
      .when(refund(1142))
      .then([refundAsked('ref_1', 1042, 100)]);
  });
  it('may be repeated until all is gone', () => {
    const once = [...paid, refundAsked('ref_1', 1000), refundDone('ref_1', 1000)];
    payment
      .given(once)
      .when(refund(42, 'ref_2'))
      .then([refundAsked('ref_2', 42)]);
    payment.given(once).when(refund(543, 'ref_2')).thenRefused('refund-too-large');
    payment.given(once).when(refund(1000)).thenNothing();
    const all = [...paid, refundAsked('ref_1', 1042, 500)];
    payment.given(all).when(refund(1, 'ref_2')).thenRefused('nothing-to-refund');
  });
  it('of what the company paid needs no provider', () => {
    const whole = [requested({ subsidy: 1542 }), succeeded(0, 1542)];
    payment
      .given(whole)
      .when(refund())
      .then([refundAsked('ref_1', 0, 1542), refundDone('ref_1', 0, 1542, null)]);
  });
  it('that failed can be asked for again', () => {
    const failed = [...paid, refundAsked('ref_1', 1042), refundFailed('ref_1', 1042)];
    payment
      .given(failed)
      .when(refund(1042, 'ref_2'))
      .then([refundAsked('ref_2', 1042)]);
  });
  it('is refused before anything was taken', () => {
    for (const history of [[requested()], [requested(), created()], [requested(), cancelled('EXPIRED')]])
      payment.given(history).when(refund()).thenRefused('payment-not-captured');
  });
  it('that an order asks for and there is not so much left of is refused aloud, once', () => {
    const wish = (amount: number) =>
      ({ do: 'refund-order', refundId: 'ref_1', amount, reason: 'cold', ...at }) as const;
    const refused = (amount: number, code: string, orderId = 'ord_1'): PaymentEvent => ({
      type: 'RefundRefused',
      data: { paymentId, refundId: 'ref_1', orderId, amount, currency: 'USD', code, refusedAt: noon },
    });
    payment
      .given(paid)
      .when(wish(1142))
      .then([refundAsked('ref_1', 1042, 100)]);
    const disputed = [...paid, disputeOpened(1042)];
    payment
      .given(disputed)
      .when(wish(501))
      .then([refused(501, 'refund-too-large')]);
    payment
      .given(disputed)
      .when(wish(500))
      .then([refundAsked('ref_1', 0, 500), refundDone('ref_1', 0, 500, null)]);
    payment
      .given([...disputed, refused(501, 'refund-too-large')])
      .when(wish(501))
      .thenNothing();
    payment
      .given([...paid, refused(2000, 'refund-too-large')])
      .when(refund(undefined, 'ref_2'))
      .then([refundAsked('ref_2', 1042, 500)]);
    payment
      .given([requested()])
      .when(wish(1))
      .then([refused(1, 'payment-not-captured')]);
  });
  it('that the provider will not make has failed', () => {
    const giveUp = { do: 'give-up-refund', refundId: 'ref_1', code: 'charge_disputed', ...at } as const;
    const asked = [...paid, refundAsked('ref_1', 1042)];
    payment
      .given(asked)
      .when(giveUp)
      .then([refundFailed('ref_1', 1042, false, 'charge_disputed')]);
    payment
      .given([...asked, refundDone('ref_1', 1042)])
      .when(giveUp)
      .thenNothing();
    payment.given(paid).when(giveUp).thenNothing();
  });
});
