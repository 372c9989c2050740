import type { Events } from '@dabba/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileType } from '../types/definition/compile.ts';
import { parseDocument } from '../types/parse.ts';
import { shippedTypes } from '../types/shipped/index.ts';
import { sample } from './order-completed.samples.ts';
import { refundDocument } from './refund-document.ts';

const shipped = await shippedTypes();
const definition = shipped.find(({ type }) => type === 'dabba-order-refund') ?? expect.fail('no such type');
const type = compileType(definition, 1);

const refund: Events['OrderRefunded'] = {
  ...{ orderId: 'ord_def456', refundId: 'ref_1', customerId: 'cus_secret', vendorId: 'vnd_abc123' },
  ...{ outletId: 'trk_xyz789', paymentId: 'pay_1', amount: 1042, subsidy: 100, tax: 76, currency: 'USD' },
  ...{ taxJurisdiction: 'San Francisco', reason: 'COLD_FOOD', afterCompletion: true },
  refundedAt: sample.completedAt + 60_000,
};

function judged(of: Events['OrderRefunded']) {
  const parsed = parseDocument('JSON', Buffer.from(refundDocument(of, 'sfo')));
  if ('refused' in parsed) throw new Error(parsed.detail);
  return type.judge(parsed.document, of.refundedAt);
}

it('X-20 a refund is a valid receipt whose total counts against that of its sale', () => {
  const { failures, canonical } = judged(refund);
  expect(failures).toEqual([]);
  expect(canonical).toMatchObject({ number: 'ref_1', total: -1142, seller: 'vnd_abc123', currency: 'USD' });
  expect(judged({ ...refund, reason: null }).failures).toEqual([]);
});

it('X-20 so is one of any part of any order', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(cents, cents, fc.double({ min: 0, max: 1, noNaN: true }), (amount, subsidy, part) => {
      fc.pre(amount + subsidy > 0);
      const tax = Math.floor((amount + subsidy) * part);
      expect(judged({ ...refund, amount, subsidy, tax }).failures).toEqual([]);
    }),
  );
});

it('X-20 it does not say who got it', () => {
  expect(refundDocument(refund, 'sfo')).not.toContain(refund.customerId);
});
