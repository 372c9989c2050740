import type { Events, Metro } from '@dabba/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileType } from '../types/definition/compile.ts';
import { parseDocument } from '../types/parse.ts';
import { shippedTypes } from '../types/shipped/index.ts';
import { mealRefundDocument, saleDocument } from './sale-document.ts';

const shipped = await shippedTypes();
const definition = shipped.find(({ type }) => type === 'dabba-meal-sale') ?? expect.fail('no such type');
const type = compileType(definition, 1);

const metro: Metro = { id: 'sfo', name: '', zone: 'UTC', currency: 'USD', partitions: [0] };
const sale: Events['MealSold'] = {
  mealId: 'meal_1',
  lotId: 'lot_1',
  sku: 'dal',
  fridgeId: 'fr_sfo_01',
  customerId: 'cus_secret',
  price: 850,
  currency: 'USD',
  soldAt: Date.UTC(2026, 10, 20, 12),
  sessionId: null,
  verdict: null,
};

function judged(text: string) {
  const parsed = parseDocument('JSON', Buffer.from(text));
  if ('refused' in parsed) throw new Error(parsed.detail);
  return type.judge(parsed.document, sale.soldAt);
}

it('X-20 a sold meal, at any price and tax, is a valid document of its type', () => {
  const price = fc.integer({ min: 0, max: 100_000_000 });
  const tax = fc.integer({ min: 0, max: 999_999 }).map((rate) => (rate / 10_000).toFixed(4));
  fc.assert(
    fc.property(price, tax, (amount, taxPercent) => {
      const text = saleDocument(
        'ev_1',
        { ...sale, price: amount },
        { ...metro, receipts: { seller: 's', taxPercent } },
      );
      const { failures, canonical } = judged(text);
      expect(failures).toEqual([]);
      expect(canonical).toMatchObject({ number: 'ev_1', total: amount, seller: 's', issuedAt: sale.soldAt });
    }),
  );
  expect(judged(saleDocument('ev_1', sale, metro)).failures).toEqual([]);
});

it('X-20 one that is given back, at any price and tax, is a receipt whose total counts against that of the sale', () => {
  const shippedRefund =
    shipped.find(({ type: name }) => name === 'dabba-meal-refund') ?? expect.fail('no such type');
  const refundType = compileType(shippedRefund, 1);
  const { sessionId: _, verdict: __, soldAt, ...meal } = sale;
  const refund = { ...meal, reason: 'for Mr X', refundedAt: soldAt + 60_000 };
  const price = fc.integer({ min: 1, max: 100_000_000 });
  const tax = fc.integer({ min: 0, max: 999_999 }).map((rate) => (rate / 10_000).toFixed(4));
  fc.assert(
    fc.property(price, tax, (amount, taxPercent) => {
      const of = { ...metro, receipts: { seller: 's', taxPercent } };
      const text = mealRefundDocument({ ...refund, price: amount }, of);
      const parsed = parseDocument('JSON', Buffer.from(text));
      if ('refused' in parsed) throw new Error(parsed.detail);
      const { failures, canonical } = refundType.judge(parsed.document, refund.refundedAt);
      expect(failures).toEqual([]);
      expect(canonical).toMatchObject({ number: 'ref_meal_1', total: -amount, issuedAt: refund.refundedAt });
      expect(text).not.toContain(refund.customerId);
      expect(text).not.toContain(refund.reason);
    }),
  );
});

it('S0-INV-01 it does not say who bought it', () => {
  expect(saleDocument('ev_1', sale, metro)).not.toContain(sale.customerId);
});
