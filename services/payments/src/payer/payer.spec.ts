import { decider } from '@dabba/testing/decider';
import { expect, it } from 'vitest';
import { decidePayer } from './decide.ts';
import { type PayerEvent, payerStream } from './payer.ts';

const payer = decider(payerStream, decidePayer);
const now = Date.UTC(2026, 10, 21, 12);
const at = { customerId: 'c1', now } as const;
const debt = { paymentId: 'pay_1', sessionId: 's1', amount: 850, currency: 'USD', reason: 'SHORTFALL' };
const opened: PayerEvent = { type: 'ReceivableOpened', data: { customerId: 'c1', ...debt, openedAt: now } };
const settled = (writtenOff: boolean): PayerEvent => ({
  type: 'ReceivableSettled',
  data: {
    ...{ paymentId: 'pay_1', customerId: 'c1', amount: 850, currency: 'USD' },
    ...{ writtenOff, refundId: null, settledAt: now },
  },
});

it('owes what was taken and not paid, once', () => {
  payer
    .given([])
    .when({ do: 'owe', ...debt, ...at })
    .then([opened]);
  payer
    .given([opened])
    .when({ do: 'owe', ...debt, ...at })
    .thenNothing();
  payer
    .given([])
    .when({ do: 'owe', ...debt, amount: 0, ...at })
    .thenNothing();
});
it('owes no longer what was paid, or written off', () => {
  const settle = (writtenOff: boolean) => ({ do: 'settle', paymentId: 'pay_1', writtenOff, ...at }) as const;
  payer
    .given([opened])
    .when(settle(false))
    .then([settled(false)]);
  payer
    .given([opened])
    .when(settle(true))
    .then([settled(true)]);
  payer
    .given([opened, settled(false)])
    .when(settle(true))
    .thenRefused('receivable-unknown');
  payer.given([]).when(settle(true)).thenRefused('receivable-unknown');
});
it('S0-INV-05 owes so much less as is given back, once for each refund', () => {
  const back = {
    do: 'settle',
    paymentId: 'pay_1',
    writtenOff: true,
    refundId: 'ref_1',
    amount: 500,
    ...at,
  } as const;
  const part: PayerEvent = {
    type: 'ReceivableSettled',
    data: {
      ...{ paymentId: 'pay_1', customerId: 'c1', amount: 500, currency: 'USD' },
      ...{ writtenOff: true, refundId: 'ref_1', settledAt: now },
    },
  };
  payer.given([opened]).when(back).then([part]);
  payer.given([opened, part]).when(back).thenNothing();
  const rest = { ...part.data, amount: 350, refundId: 'ref_2' };
  payer
    .given([opened, part])
    .when({ ...back, refundId: 'ref_2' })
    .then([{ type: 'ReceivableSettled', data: rest }]);
  payer
    .given([opened, part, { type: 'ReceivableSettled', data: rest }])
    .when({ ...back, refundId: 'ref_3' })
    .thenRefused('receivable-unknown');
});
it('owes no less for nothing', () => {
  payer
    .given([opened])
    .when({ do: 'settle', paymentId: 'pay_1', writtenOff: false, amount: 0, ...at })
    .thenNothing();
});
it('has one method a provider', () => {
  const saved = { method: 'pm_1', customer: 'cus_1' };
  const save = { do: 'save-method', provider: 'stripe', saved, ...at } as const;
  const event: PayerEvent = {
    type: 'PaymentMethodSaved',
    data: { customerId: 'c1', provider: 'stripe', methodId: 'pm_1', providerCustomer: 'cus_1', savedAt: now },
  };
  payer.given([]).when(save).then([event]);
  payer.given([event]).when(save).thenNothing();
});
it('keeps the method of one provider when another’s is saved', () => {
  const saved = (provider: string, methodId: string): PayerEvent => ({
    type: 'PaymentMethodSaved',
    data: { customerId: 'c1', provider, methodId, providerCustomer: null, savedAt: now },
  });
  expect(payer.given([saved('stripe', 'pm_1'), saved('spare', 'pm_2')]).state.methods).toEqual({
    stripe: { method: 'pm_1', customer: null },
    spare: { method: 'pm_2', customer: null },
  });
});
