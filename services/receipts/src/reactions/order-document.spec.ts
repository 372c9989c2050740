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

it('X-20 S4-SCP-03 so is an order of any prices, discount, tax, tip, fee and subsidy', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 });
  const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), cents), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      lines,
      fc.integer({ min: 0, max: 999_999 }),
      cents,
      cents,
      cents,
      cents,
      (of, ppm, tip, fee, part, off) => {
        const ordered = of.map(([quantity, unitPrice], at) => ({
          ...{ ...line, lineId: `oli_${at}`, itemId: 'itm_1', itemVersion: 1, name: 'Taco' },
          ...{ quantity, unitPrice, total: quantity * unitPrice },
        }));
        const subtotal = ordered.reduce((sum, { total }) => sum + total, 0);
        const discount = Math.min(off, subtotal);
        const taxable = subtotal - discount;
        const tax = share(money(taxable, 'USD'), ppm, 1_000_000).amount;
        const total = taxable + tax + tip + fee;
        const subsidy = Math.min(part, total);
        const taxed = { taxRatePpm: ppm, taxable, tax };
        const priced = { lines: ordered, subtotal, discount, ...taxed, tip, deliveryFee: fee, total };
        expect(judged({ ...sample, ...priced, subsidy, captured: total - subsidy }).failures).toEqual([]);
      },
    ),
  );
});

it('S4-SCP-03 one with a discount says what is taxed, and its tax has to be of that', () => {
  const less = { ...sample, discount: 300, taxable: 900, tax: 77, total: 1217, subsidy: 500, captured: 717 };
  expect(judged(less).failures).toEqual([]);
  expect(JSON.parse(orderDocument(less, 'sfo')).tax).toMatchObject({ taxable: 900, amount: 77 });
  const whole = { ...less, tax: 102, total: 1242, captured: 742 };
  expect(judged(whole).failures).toMatchObject([{ rule: 'tax-amount' }]);
  expect(judged({ ...whole, taxable: 1200 }).failures).toMatchObject([{ rule: 'taxable-amount' }]);
  // One that was placed before discounts lowered the tax stays as it was paid.
  const before = { ...whole, taxable: null };
  expect(judged(before).failures).toEqual([]);
  expect(orderDocument(before, 'sfo')).not.toContain('taxable');
  expect(judged({ ...less, taxable: null }).failures).toMatchObject([{ rule: 'tax-amount' }]);
});

it('X-20 it does not say who ordered', () => {
  expect(orderDocument(sample, 'sfo')).not.toContain(sample.customerId);
});
