import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceOf } from './price.ts';

const usd = { currency: 'USD', deliveryFee: 0, discount: 0 };

describe('S2-ORD-03 a price', () => {
  it('S2-ORD-02 is that of the sample, to the cent', () => {
    const lines = [{ total: 900 }, { total: 300 }];
    expect(priceOf(lines, { ...usd, taxRatePpm: 85_000, tipPercentage: 20 })).toEqual({
      ...{ subtotal: 1200, tax: 102, tip: 240, deliveryFee: 0, discount: 0, total: 1542 },
    });
  });
  it('is rounded half up, tax and tip each for itself', () => {
    const of = (total: number, taxRatePpm: number, tipPercentage: number | null) => {
      const { tax, tip } = priceOf([{ total }], { ...usd, taxRatePpm, tipPercentage });
      return [tax, tip];
    };
    expect(of(50, 10_000, 1)).toEqual([1, 1]);
    expect(of(49, 10_000, 1)).toEqual([0, 0]);
    expect(of(150, 10_000, 3)).toEqual([2, 5]);
    expect(of(999, 88_750, null)).toEqual([89, 0]);
  });
  it('adds up, whatever is ordered: lines to the subtotal, and all to a total that is never negative', () => {
    const cents = fc.integer({ min: 0, max: 1_000_000 });
    const terms = fc.record({
      currency: fc.constant('USD'),
      taxRatePpm: fc.integer({ min: 0, max: 300_000 }),
      tipPercentage: fc.option(fc.integer({ min: 0, max: 100 })),
      deliveryFee: cents,
      discount: cents,
    });
    fc.assert(
      fc.property(fc.array(fc.record({ total: cents }), { maxLength: 40 }), terms, (lines, given) => {
        const { subtotal, tax, tip, deliveryFee, discount, total } = priceOf(lines, given);
        expect(subtotal).toBe(lines.reduce((sum, line) => sum + line.total, 0));
        expect(total).toBe(subtotal + tax + tip + deliveryFee - discount);
        expect(total).toBeGreaterThanOrEqual(0);
        expect(
          [subtotal, tax, tip, deliveryFee, discount].every((part) => Number.isInteger(part) && part >= 0),
        ).toBe(true);
        expect(Math.abs(tax - (subtotal * given.taxRatePpm) / 1_000_000)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});
