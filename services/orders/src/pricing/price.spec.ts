import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './discount.ts';
import { priceOf, taxableOf } from './price.ts';

const usd = { currency: 'USD', deliveryFee: 0, discount: 0 };
const cents = fc.integer({ min: 0, max: 1_000_000 });
const ordered = fc.array(fc.record({ total: cents }), { maxLength: 40 });
const terms = fc.record({
  currency: fc.constant('USD'),
  taxRatePpm: fc.integer({ min: 0, max: 300_000 }),
  tipPercentage: fc.option(fc.integer({ min: 0, max: 100 })),
  deliveryFee: cents,
  discount: cents,
});

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
  it('S4-SCP-03 is taxed on what is left of it after a discount, and its tip is not touched', () => {
    const of = (discount: number) => {
      const terms = { ...usd, discount, taxRatePpm: 85_000, tipPercentage: 20 };
      const { tax, tip, total } = priceOf([{ total: 900 }, { total: 300 }], terms);
      return [tax, tip, total];
    };
    expect(of(300)).toEqual([77, 240, 1217]);
    expect(of(1200)).toEqual([0, 240, 240]);
    // 8.5 % of 11.94 and of 11.95 are on both sides of a half cent.
    expect([of(6)[0], of(5)[0]]).toEqual([101, 102]);
  });
  it('adds up, whatever is ordered: lines to the subtotal, and all to a total that is never negative', () => {
    fc.assert(
      fc.property(ordered, terms, (lines, given) => {
        const { subtotal, tax, tip, deliveryFee, discount, total } = priceOf(lines, given);
        expect(subtotal).toBe(lines.reduce((sum, line) => sum + line.total, 0));
        expect(total).toBe(subtotal + tax + tip + deliveryFee - discount);
        expect(total).toBeGreaterThanOrEqual(0);
        expect(
          [subtotal, tax, tip, deliveryFee, discount].every((part) => Number.isInteger(part) && part >= 0),
        ).toBe(true);
        expect(Math.abs(tax - ((subtotal - discount) * given.taxRatePpm) / 1_000_000)).toBeLessThanOrEqual(
          0.5,
        );
      }),
    );
  });
  it('S4-SCP-03 has no more tax with a discount than without, nor with a larger one than with a smaller one', () => {
    fc.assert(
      fc.property(ordered, terms, cents, (lines, given, more) => {
        const less = priceOf(lines, given);
        const least = priceOf(lines, { ...given, discount: given.discount + more });
        const whole = priceOf(lines, { ...given, discount: 0 });
        expect(less.tax).toBeLessThanOrEqual(whole.tax);
        expect(least.tax).toBeLessThanOrEqual(less.tax);
        expect(least.total).toBeLessThanOrEqual(less.total);
        expect([less.subtotal, less.tip]).toEqual([whole.subtotal, whole.tip]);
      }),
    );
  });
  it('is the same in whatever order its lines are', () => {
    const shuffled = ordered.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, terms, ([lines, others], given) => {
        expect(priceOf(others, given)).toEqual(priceOf(lines, given));
      }),
    );
  });
  it('S4-SCP-03 tells what its tax is a share of, unless it was placed before discounts lowered it', () => {
    fc.assert(
      fc.property(ordered, terms, (lines, given) => {
        const price = priceOf(lines, given);
        const { subtotal, discount } = price;
        expect(taxableOf({ ...given, ...price })).toBe(subtotal - discount);
        const { tax } = priceOf(lines, { ...given, discount: 0 });
        if (tax !== price.tax) expect(taxableOf({ ...given, ...price, tax })).toBeNull();
      }),
    );
  });
});

describe('S4-SCP-03 a discount', () => {
  it('is spread over lines by what each costs', () => {
    const parts = (discount: number, ...totals: number[]) =>
      spread(
        discount,
        totals.map((total) => ({ total })),
      ).map((line) => line.discount);
    expect(parts(300, 900, 300)).toEqual([225, 75]);
    expect(parts(100, 100, 100, 100)).toEqual([33, 34, 33]);
    expect(parts(1, 0, 5, 5, 0)).toEqual([0, 1, 0, 0]);
    expect(parts(0, 0, 0)).toEqual([0, 0]);
  });
  it('is all of it on its lines, to the cent, and on none more than a cent off its part, or more than it costs', () => {
    const taken = ordered.chain((lines) => {
      const most = lines.reduce((sum, { total }) => sum + total, 0);
      return fc.tuple(fc.constant(lines), fc.integer({ min: 0, max: most }));
    });
    fc.assert(
      fc.property(taken, ([lines, discount]) => {
        const subtotal = lines.reduce((sum, { total }) => sum + total, 0);
        const all = spread(discount, lines);
        expect(all.map(({ total }) => ({ total }))).toEqual(lines);
        expect(all.reduce((sum, line) => sum + line.discount, 0)).toBe(discount);
        for (const { discount: part, total } of all) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(total);
          if (subtotal > 0) expect(Math.abs(part - (discount * total) / subtotal)).toBeLessThan(1);
        }
      }),
    );
  });
});
