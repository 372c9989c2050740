import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import type { Intent } from '../provider/port.ts';
import { decidePayment } from './decide.ts';
import { type PaymentEvent, paymentStream } from './payment.ts';
import {
  approved,
  authorised,
  cancelled,
  created,
  declined,
  disputeClosed,
  disputeOpened,
  ending,
  holdRequested,
  intent,
  noon,
  paymentId,
  refundAsked,
  refundDone,
  refundFailed,
  requested,
  succeeded,
  wanted,
} from './samples.ts';

const payment = decider(paymentStream, decidePayment);
const see = (change: Partial<Intent> = {}) =>
  ({ do: 'observe', intent: intent(change), paymentId, now: noon }) as const;
const paid = { status: 'succeeded', received: 1042, chargeId: 'ch_1' } as const;
const held = { status: 'requires_capture', capturable: 2000, captureBefore: noon + 172_800_000 } as const;
const refused = { decline: { ref: 'ch_no', code: 'generic_decline' } };

describe('T2 the provider’s object', () => {
  it('makes the intent known, and the same again is no news', () => {
    payment.given([requested()]).when(see()).then([created()]);
    payment.given([requested(), created()]).when(see()).thenNothing();
  });
  it('may say that it is paid before our own call was answered', () => {
    payment
      .given([requested()])
      .when(see(paid))
      .then([created(false, 'succeeded'), succeeded()]);
  });
  it('says that it is paid once, however often and whatever is said later', () => {
    payment.given([requested(), created()]).when(see(paid)).then([succeeded()]);
    const done = payment.given([requested(), created(), succeeded()]);
    for (const older of [see(), see(paid), see({ status: 'requires_action' }), see(refused)])
      done.when(older).thenNothing();
  });
  it('S1-EVT-06 that is paid after it was called off goes back whole', () => {
    const late = [requested(), created(), ending('CANCELLED')];
    payment
      .given(late)
      .when(see(paid))
      .then([succeeded(), refundAsked('ref_1_all', 1042, 500, 'CANCELLED')]);
    // Its subsidy went back with the cancellation.
    const over = [requested(), cancelled('EXPIRED')];
    payment
      .given(over)
      .when(see(paid))
      .then([created(false, 'succeeded'), succeeded(1042, 0), refundAsked('ref_1_all', 1042, 0, 'EXPIRED')]);
  });
  it('that is paid as its time was over counts, and goes back only if its order is cancelled, before or after', () => {
    const expired = [requested(), created(), ending('EXPIRED')];
    payment.given(expired).when(see(paid)).then([succeeded()]);
    payment
      .given([requested(), created(), ending('DECLINED')])
      .when(see(paid))
      .then([succeeded()]);
    payment
      .given([...expired, succeeded()])
      .when({ do: 'cancel', paymentId, reason: 'CANCELLED', now: noon })
      .then([refundAsked('ref_1_all', 1042, 500, 'CANCELLED')]);
    payment
      .given([...expired, ending('CANCELLED')])
      .when(see(paid))
      .then([succeeded(), refundAsked('ref_1_all', 1042, 500, 'CANCELLED')]);
  });
  it('that is paid as its time was over goes back where no order can want it', () => {
    const meal = { orderId: null, subsidy: 0, subsidyPeriod: null, amount: 1042 };
    const seen = decidePayment(
      [requested(meal), created(true), ending('EXPIRED', true)].reduce(paymentStream.evolve, null),
      see(paid),
    );
    expect(seen).toMatchObject([
      { type: 'PaymentSucceeded', data: { captured: 1042 } },
      { type: 'RefundRequested', data: { refundId: 'ref_1_all', amount: 1042, reason: 'EXPIRED' } },
    ]);
  });
  it('that is paid is not over by an older word', () => {
    payment
      .given([requested(), created(), succeeded()])
      .when(see({ status: 'canceled' }))
      .thenNothing();
  });
  it('of another intent than its own says nothing', () => {
    payment
      .given([requested(), created()])
      .when(see({ ...paid, id: 'pi_2' }))
      .thenNothing();
    payment
      .given([requested()])
      .when(see({ ...paid, provider: 'spare' }))
      .thenNothing();
  });
  it('never books more than is owed', () => {
    payment
      .given([requested(), created()])
      .when(see({ ...paid, received: 9999 }))
      .then([succeeded()]);
  });
});

describe('X-06 one that its payer agreed to, and we are to take', () => {
  const agreed = { status: 'requires_confirmation', approved: 'STANDING' } as const;
  it('is approved once, whoever tells of it and however often', () => {
    payment.given([requested(), created()]).when(see(agreed)).then([approved]);
    for (const told of ['STANDING', 'NEW'] as const)
      payment
        .given([requested(), created(), approved])
        .when(see({ ...agreed, approved: told }))
        .thenNothing();
  });
  it('is not tried again after a decline, unless they agreed anew', () => {
    const history = [requested(), created(), approved, declined()];
    payment.given(history).when(see(agreed)).thenNothing();
    payment
      .given(history)
      .when(see({ ...agreed, approved: 'NEW' }))
      .then([approved]);
  });
  it('is not taken once it is to be called off, or by our own word is paid for already', () => {
    for (const told of ['STANDING', 'NEW'] as const) {
      const seen = see({ ...agreed, approved: told });
      payment
        .given([requested(), created(), ending('EXPIRED')])
        .when(seen)
        .thenNothing();
      payment.given([requested(), created(), succeeded()]).when(seen).thenNothing();
      payment
        .given([requested({ confirms: 'SERVER' }), created()])
        .when(seen)
        .thenNothing();
    }
  });
});

describe('a declined card', () => {
  it('may be followed by another while its client is there', () => {
    payment.given([requested(), created()]).when(see(refused)).then([declined()]);
    payment.given([requested(), created(), declined()]).when(see(refused)).thenNothing();
    payment
      .given([requested(), created(), declined()])
      .when(see({ decline: { ref: 'ch_2', code: 'generic_decline' } }))
      .then([declined(false, 'ch_2')]);
  });
  it('is no news once another is tried', () => {
    payment
      .given([requested(), created()])
      .when(see({ ...refused, status: 'requires_action' }))
      .thenNothing();
  });
  it('S0-INV-05 is one that asks for its owner where nobody is there to answer, and at an order that waits for them it is none', () => {
    const asks = see({ status: 'requires_action' });
    const about = { paymentId: 'pay_1', orderId: null, sessionId: 's1', ref: 'pi_1', declinedAt: noon };
    const no: PaymentEvent = { type: 'PaymentDeclined', data: { ...about, code: 'authentication_required' } };
    payment
      .given([holdRequested(), created(true, 'requires_confirmation')])
      .when(asks)
      .then([no, ending('DECLINED', true)]);
    payment
      .given([holdRequested(), created(true), no, ending('DECLINED', true)])
      .when(asks)
      .thenNothing();
    payment
      .given([requested({ confirms: 'SERVER' }), created(false, 'requires_confirmation')])
      .when(asks)
      .thenNothing();
    payment
      .given([requested({ orderId: null }), created()])
      .when(asks)
      .thenNothing();
  });
  it('ends nothing that is ending', () => {
    payment
      .given([holdRequested(), created(true), ending('NOTHING_TAKEN', true)])
      .when(see(refused))
      .then([declined(true)]);
  });
  it('ends what nobody is there to pay otherwise', () => {
    payment
      .given([holdRequested()])
      .when(see())
      .then([created(true), ending('DECLINED', true)]);
    payment
      .given([holdRequested(), created(true)])
      .when(see(refused))
      .then([declined(true), ending('DECLINED', true)]);
    payment
      .given([holdRequested(), created(true), declined(true), ending('DECLINED', true)])
      .when(see({ ...refused, status: 'canceled' }))
      .then([cancelled('DECLINED', true)]);
  });
});

describe('a hold', () => {
  const standing = [holdRequested(), created(true), authorised()];
  it('stands once the provider says so', () => {
    payment
      .given([holdRequested(), created(true)])
      .when(see(held))
      .then([authorised()]);
    payment.given(standing).when(see(held)).thenNothing();
    payment
      .given([holdRequested(), created(true)])
      .when(see({ ...held, capturable: 9999 }))
      .then([authorised()]);
  });
  it('S0-INV-05 is booked as taken up to what was wanted, and never above it', () => {
    const taking = payment.given([...standing, wanted(850)]);
    taking.when(see({ ...paid, received: 850 })).then([succeeded(850, 0, true)]);
    taking.when(see({ ...paid, received: 2000 })).then([succeeded(850, 0, true)]);
  });
  it('lapses when the provider lets it go', () => {
    payment
      .given(standing)
      .when(see({ status: 'canceled' }))
      .then([cancelled('EXPIRED', true)]);
    payment
      .given([...standing, ending('NOTHING_TAKEN', true)])
      .when(see({ status: 'canceled' }))
      .then([cancelled('NOTHING_TAKEN', true)]);
  });
});

describe('what goes back', () => {
  const asked = [requested(), created(), succeeded(), refundAsked('ref_1', 500)];
  const refund = (status: 'PENDING' | 'SUCCEEDED' | 'FAILED', refundId: string | undefined = 'ref_1') =>
    see({ ...paid, refunds: [{ id: 're_1', refundId, amount: 500, status, code: null }] });
  it('is back when the provider says so, once', () => {
    payment.given(asked).when(refund('PENDING')).thenNothing();
    payment
      .given(asked)
      .when(refund('SUCCEEDED'))
      .then([refundDone('ref_1', 500)]);
    payment
      .given([...asked, refundDone('ref_1', 500)])
      .when(refund('SUCCEEDED'))
      .thenNothing();
  });
  it('may fail, even after it was back', () => {
    payment
      .given(asked)
      .when(refund('FAILED'))
      .then([refundFailed('ref_1', 500)]);
    payment
      .given([...asked, refundDone('ref_1', 500)])
      .when(refund('FAILED'))
      .then([refundFailed('ref_1', 500, true)]);
    payment
      .given([...asked, refundFailed('ref_1', 500)])
      .when(refund('FAILED'))
      .thenNothing();
  });
  it('is not what the provider releases of a hold', () => {
    const taken = [holdRequested(), created(true), authorised(), wanted(850), succeeded(850, 0, true)];
    const release = {
      id: 're_9',
      refundId: undefined,
      amount: 1150,
      status: 'SUCCEEDED',
      code: null,
    } as const;
    payment
      .given(taken)
      .when(see({ ...paid, received: 850, refunds: [release] }))
      .thenNothing();
  });
});

describe('a dispute', () => {
  const done = [requested(), created(), succeeded()];
  const dispute = (status: 'OPEN' | 'WON' | 'LOST') =>
    see({
      ...paid,
      disputes: [{ id: 'du_1', amount: 1042, reason: 'fraudulent', status, evidenceBy: null }],
    });
  it('is opened and closed once each', () => {
    payment.given(done).when(dispute('OPEN')).then([disputeOpened()]);
    payment
      .given([...done, disputeOpened()])
      .when(dispute('OPEN'))
      .thenNothing();
    payment
      .given([...done, disputeOpened()])
      .when(dispute('LOST'))
      .then([disputeClosed(false)]);
    payment
      .given([...done, disputeOpened(), disputeClosed(false)])
      .when(dispute('LOST'))
      .thenNothing();
    payment
      .given(done)
      .when(dispute('WON'))
      .then([disputeOpened(), disputeClosed(true)]);
  });
  it('is closed for what it was opened for, whatever is said of its amount later', () => {
    const lost = [{ id: 'du_1', amount: 9, reason: 'fraudulent', status: 'LOST', evidenceBy: null } as const];
    payment
      .given([...done, disputeOpened()])
      .when(see({ ...paid, disputes: lost }))
      .then([disputeClosed(false)]);
  });
  it('of what has gone back in part leaves nothing, and no less', () => {
    const company = [
      requested(),
      created(),
      succeeded(),
      refundAsked('ref_1', 500),
      refundDone('ref_1', 500),
    ];
    const rest = { do: 'refund', refundId: 'ref_2', reason: 'cold', paymentId, now: noon } as const;
    payment
      .given([...company, disputeOpened()])
      .when(rest)
      .then([refundAsked('ref_2', 0, 500), refundDone('ref_2', 0, 500, null)]);
  });
  it('leaves nothing to refund until it is won', () => {
    const refund = {
      do: 'refund',
      refundId: 'ref_1',
      amount: 1042,
      reason: 'cold',
      paymentId,
      now: noon,
    } as const;
    const company = [requested({ subsidy: 0, subsidyPeriod: null }), created(), succeeded(1042, 0)];
    payment
      .given([...company, disputeOpened()])
      .when(refund)
      .thenRefused('nothing-to-refund');
    payment
      .given([...company, disputeOpened(), disputeClosed(true)])
      .when(refund)
      .then([refundAsked('ref_1', 1042)]);
  });
});
