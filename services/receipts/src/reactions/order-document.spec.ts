import { type Events, money, share } from '@dabba/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileType } from '../types/definition/compile.ts';
import { parseDocument } from '../types/parse.ts';
import { shippedTypes } from '../types/shipped/index.ts';
import { line, sample } from './order-completed.samples.ts';
import { orderDocument } from './order-document.ts';

const shipped = await shippedTypes();
const definition = shipped.find(({ type }) => type === 'dabba-order-sale') ?? expect.fail('no such type');
const type = compileType(definition, 1);

function judged(order: Events['OrderCompleted']) {
  const parsed = parseDocument('JSON', Buffer.from(orderDocument(order, 'sfo')));
  if ('refused' in parsed) throw new Error(parsed.detail);
  return type.judge(parsed.document, order.completedAt);
}

it('X-20 S2-ORD-03 the sample order is a valid receipt of 15.42, of which its customer paid 10.42', () => {
  const { failures, canonical } = judged(sample);
  expect(failures).toEqual([]);
  expect(canonical).toMatchObject({
    number: 'ord_def456',
    total: 1542,
    seller: 'vnd_abc123',
    currency: 'USD',
  });
  expect(JSON.parse(orderDocument(sample, 'sfo')).paid).toMatchObject({ by_company: 500, by_customer: 1042 });
});

it('X-20 so is an order of any prices, tax, tip, fee and subsidy', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 });
  const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), cents), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      lines,
      fc.integer({ min: 0, max: 999_999 }),
      cents,
      cents,
      cents,
      (of, ppm, tip, fee, part) => {
        const ordered = of.map(([quantity, unitPrice], at) => ({
          ...{ ...line, lineId: `oli_${at}`, itemId: 'itm_1', itemVersion: 1, name: 'Taco' },
          ...{ quantity, unitPrice, total: quantity * unitPrice },
        }));
        const subtotal = ordered.reduce((sum, { total }) => sum + total, 0);
        const tax = share(money(subtotal, 'USD'), ppm, 1_000_000).amount;
        const total = subtotal + tax + tip + fee;
        const subsidy = Math.min(part, total);
        const priced = { lines: ordered, subtotal, taxRatePpm: ppm, tax, tip, deliveryFee: fee, total };
        expect(judged({ ...sample, ...priced, subsidy, captured: total - subsidy }).failures).toEqual([]);
      },
    ),
  );
});

it('X-20 it does not say who ordered', () => {
  expect(orderDocument(sample, 'sfo')).not.toContain(sample.customerId);
});
