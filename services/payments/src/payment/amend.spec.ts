import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decidePayment } from './decide.ts';
import { type PaymentEvent, paymentStream } from './payment.ts';
import {
  amending,
  approved,
  cancelled,
  created,
  ending,
  intent,
  noon,
  paymentId,
  requested,
  succeeded,
} from './samples.ts';

const payment = decider(paymentStream, decidePayment);
const at = { paymentId, now: noon } as const;
const amend = (amount: number) => ({ do: 'amend', amount, ...at }) as const;
const amended = (amount: number, code: string | null = null): PaymentEvent => ({
  type: 'PaymentAmended',
  data: { paymentId, orderId: 'ord_1', amount, due: amount - 500, code, amendedAt: noon },
});

describe('S2-ORD-07 a payment of 15.42, of which the company pays 5.00', () => {
  it('is to ask for another sum while nobody has paid', () => {
    for (const history of [[requested()], [requested(), created()]])
      payment
        .given(history)
        .when(amend(1700))
        .then([amending(1700)]);
    payment
      .given([requested(), created()])
      .when(amend(1542))
      .then([amended(1542)]);
  });
  it('stays what it is where its payer has agreed, nobody is asked, or the company would pay all', () => {
    const no = (code: string) => amended(1542, code);
    payment
      .given([requested(), created(), approved])
      .when(amend(1700))
      .then([no('payment-under-way')]);
    payment
      .given([requested({ confirms: 'SERVER' })])
      .when(amend(1700))
      .then([no('payment-under-way')]);
    payment
      .given([requested(), created()])
      .when(amend(500))
      .then([no('paid-by-company')]);
  });
  it('has nothing to say of it once it has an end: its order hears of that', () => {
    for (const end of [succeeded(), ending('CANCELLED'), cancelled('EXPIRED')])
      payment.given([requested(), created(), end]).when(amend(1700)).thenNothing();
  });

  const waiting = [requested(), created(), amending(1700)];
  const see = (change: Parameters<typeof intent>[0], amends = false) =>
    ({ do: 'observe', intent: intent(change), amends, ...at }) as const;
  it('asks for it once the provider does', () => {
    for (const status of ['requires_payment_method', 'processing'] as const)
      payment
        .given(waiting)
        .when(see({ status, amount: 1042 }))
        .thenNothing();
    payment
      .given(waiting)
      .when(see({ status: 'processing', amount: 1042 }, true))
      .then([amended(1542, 'processing')]);
    payment
      .given(waiting)
      .when(see({ amount: 1200 }, true))
      .then([amended(1700)]);
    payment
      .given([...waiting, amended(1700)])
      .when(see({ amount: 1200 }, true))
      .thenNothing();
  });
  it('T2 does not take a look of long ago for it', () => {
    // 15.42 became 17.00, and is to be 15.42 again.
    payment
      .given([...waiting, amended(1700), amending(1542)])
      .when(see({ amount: 1042 }))
      .thenNothing();
  });
  it('was paid what the provider asked for at that moment', () => {
    const paid = { status: 'succeeded', chargeId: 'ch_1' } as const;
    payment
      .given(waiting)
      .when(see({ ...paid, amount: 1200, received: 1200 }))
      .then([amended(1700), succeeded(1200)]);
    payment
      .given(waiting)
      .when(see({ ...paid, amount: 1042, received: 1042 }))
      .then([amended(1542, 'succeeded'), succeeded(1042)]);
  });
  it('stays what it is where the provider will not have it, once', () => {
    const giveUp = { do: 'give-up-amending', code: 'amount_too_large', ...at } as const;
    payment
      .given(waiting)
      .when(giveUp)
      .then([amended(1542, 'amount_too_large')]);
    payment.given([requested(), created()]).when(giveUp).thenNothing();
  });
});
