import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Booked, booked, postingsOf } from './postings.ts';

const now = Date.UTC(2026, 10, 21, 12);
const amount = fc.integer({ min: 0, max: 1_000_000 });
const one: fc.Arbitrary<Booked> = fc
  .record({ type: fc.constantFrom(...booked), amount, subsidy: amount, flag: fc.boolean() })
  .map(({ type, amount: much, subsidy, flag }): Booked => {
    const about = { paymentId: 'pay_1', orderId: null, amount: much, currency: 'USD' };
    const refund = { ...about, refundId: 'ref_1' };
    const owed = { ...about, customerId: 'c1' };
    const allowance = { ...owed, period: '2026-11-21', remaining: 0 };
    switch (type) {
      case 'PaymentSucceeded': {
        const paid = {
          ...owed,
          sessionId: null,
          provider: 'stripe',
          captured: much,
          subsidy,
          chargeId: null,
        };
        return { type, data: { ...paid, succeededAt: now } };
      }
      case 'RefundRequested':
        return { type, data: { ...refund, subsidy, reason: 'COLD', requestedAt: now } };
      case 'RefundSucceeded':
        return { type, data: { ...refund, subsidy, providerRef: null, succeededAt: now } };
      case 'RefundFailed':
        return { type, data: { ...refund, code: 'failed', reversed: flag, failedAt: now } };
      case 'DisputeOpened':
        return {
          type,
          data: { ...about, disputeId: 'du_1', reason: 'fraudulent', evidenceBy: null, openedAt: now },
        };
      case 'DisputeClosed':
        return { type, data: { ...about, disputeId: 'du_1', won: flag, closedAt: now } };
      case 'ReceivableOpened':
        return { type, data: { ...owed, sessionId: null, reason: 'SHORTFALL', openedAt: now } };
      case 'ReceivableSettled':
        return { type, data: { ...owed, writtenOff: flag, refundId: flag ? 'ref_1' : null, settledAt: now } };
      case 'SubsidyUsed':
        return { type, data: { ...allowance, usedAt: now } };
      case 'SubsidyReturned':
        return { type, data: { ...allowance, returnedAt: now } };
      default:
        return type satisfies never;
    }
  });

it('every event’s postings sum to zero, and so does the ledger', () => {
  fc.assert(
    fc.property(fc.array(one), (events) => {
      let all = 0;
      for (const event of events) {
        const sum = postingsOf(event).reduce((total, posting) => total + posting.amount, 0);
        expect(sum).toBe(0);
        all += sum;
      }
      expect(all).toBe(0);
    }),
  );
});

it('what a payment leaves behind is what it came to', () => {
  const story: Booked[] = [
    {
      type: 'PaymentSucceeded',
      data: {
        ...{ paymentId: 'p', orderId: 'o', sessionId: null, customerId: 'c', provider: 'stripe' },
        ...{ captured: 1042, subsidy: 500, currency: 'USD', chargeId: 'ch', succeededAt: now },
      },
    },
    {
      type: 'RefundRequested',
      data: {
        ...{ paymentId: 'p', refundId: 'r', orderId: 'o', amount: 1042, subsidy: 500, currency: 'USD' },
        ...{ reason: 'COLD', requestedAt: now },
      },
    },
    {
      type: 'RefundSucceeded',
      data: {
        ...{ paymentId: 'p', refundId: 'r', orderId: 'o', amount: 1042, subsidy: 500, currency: 'USD' },
        ...{ providerRef: 're', succeededAt: now },
      },
    },
  ];
  const balance = new Map<string, number>();
  for (const { account, amount: much } of story.flatMap(postingsOf))
    balance.set(account, (balance.get(account) ?? 0) + much);
  expect(Object.fromEntries(balance)).toEqual({
    ...{ providers: 0, company: 0, 'refunds-due': 0, sales: -1542, returns: 1542 },
  });
});

it('S0-INV-05 each event moves money between the accounts it is about', () => {
  const about = { paymentId: 'p', orderId: null, amount: 7, currency: 'USD' };
  const [refund, owed] = [
    { ...about, refundId: 'r' },
    { ...about, customerId: 'c' },
  ];
  const dispute = { ...about, disputeId: 'd' };
  const settled = { ...owed, settledAt: now };
  const allowance = { ...owed, period: '2026-11-21', remaining: 0 };
  const moves: [to: string, from: string, event: Booked][] = [
    [
      'refunds-due',
      'providers',
      { type: 'RefundSucceeded', data: { ...refund, subsidy: 0, providerRef: null, succeededAt: now } },
    ],
    [
      'refunds-due',
      'returns',
      { type: 'RefundFailed', data: { ...refund, code: 'no', reversed: false, failedAt: now } },
    ],
    [
      'providers',
      'returns',
      { type: 'RefundFailed', data: { ...refund, code: 'no', reversed: true, failedAt: now } },
    ],
    [
      'disputed',
      'providers',
      { type: 'DisputeOpened', data: { ...dispute, reason: 'fraudulent', evidenceBy: null, openedAt: now } },
    ],
    ['providers', 'disputed', { type: 'DisputeClosed', data: { ...dispute, won: true, closedAt: now } }],
    ['losses', 'disputed', { type: 'DisputeClosed', data: { ...dispute, won: false, closedAt: now } }],
    [
      'customers',
      'sales',
      { type: 'ReceivableOpened', data: { ...owed, sessionId: null, reason: 'SHORTFALL', openedAt: now } },
    ],
    [
      'sales',
      'customers',
      { type: 'ReceivableSettled', data: { ...settled, writtenOff: false, refundId: null } },
    ],
    [
      'losses',
      'customers',
      { type: 'ReceivableSettled', data: { ...settled, writtenOff: true, refundId: null } },
    ],
    [
      'returns',
      'customers',
      { type: 'ReceivableSettled', data: { ...settled, writtenOff: true, refundId: 'r' } },
    ],
    ['allowances-used', 'allowances', { type: 'SubsidyUsed', data: { ...allowance, usedAt: now } }],
    ['allowances', 'allowances-used', { type: 'SubsidyReturned', data: { ...allowance, returnedAt: now } }],
  ];
  for (const [to, from, event] of moves)
    expect(postingsOf(event), event.type).toEqual([
      { account: to, amount: 7 },
      { account: from, amount: -7 },
    ]);
});
