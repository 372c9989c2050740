import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minor, portion, sum } from './money.ts';

const cents = fc.integer({ min: -1_000_000_000_00, max: 1_000_000_000_00 });

function written(amount: number): string {
  const [whole, fraction] = [Math.trunc(Math.abs(amount) / 100), Math.abs(amount) % 100];
  return `${amount < 0 ? '-' : ''}${whole}.${String(fraction).padStart(2, '0')}`;
}

describe('money in rules', () => {
  it('reads every amount of minor units back from its decimal string, and from the JSON number of it', () => {
    fc.assert(
      fc.property(cents, (amount) => {
        expect(minor(written(amount), 2)).toBe(amount + 0);
        expect(minor(JSON.parse(written(amount).replace(/^-0\.00$/, '0')), 2)).toBe(amount + 0);
      }),
    );
  });

  it('adds without the errors of binary fractions', () => {
    expect(sum([minor('0.1', 2), minor('0.2', 2)])).toBe(minor('0.3', 2));
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 50 }), (amounts) => {
        const exact = amounts.reduce((total, amount) => total + BigInt(amount), 0n);
        expect(BigInt(sum(amounts))).toBe(exact);
      }),
    );
  });

  it('rounds a part half up, as exact fractions do', () => {
    expect([
      portion(5, 1, 2),
      portion(-5, 1, 2),
      portion(1000, 20, 120),
      portion(999, 88_750, 1_000_000),
    ]).toEqual([3, -2, 167, 89]);
    const rates = fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((denominator) => fc.tuple(fc.integer({ min: 0, max: denominator }), fc.constant(denominator)));
    fc.assert(
      fc.property(cents, rates, (amount, [numerator, denominator]) => {
        const part = BigInt(portion(amount, numerator, denominator));
        const doubledError = 2n * (part * BigInt(denominator) - BigInt(amount) * BigInt(numerator));
        // The nearest whole number; at the same distance to two, the upper one.
        expect(doubledError > -BigInt(denominator) && doubledError <= BigInt(denominator)).toBe(true);
      }),
    );
  });

  it.each(['12.345', '1e3', '', ' 1', '1,5', '.5', '5.', '0x10', 'NaN', '9999999999999999', '+1'])(
    'refuses %j',
    (text) => {
      expect(() => minor(text, 2)).toThrow(RangeError);
    },
  );

  it('takes zeros past the unit, and units of any size', () => {
    expect([minor('12.3400', 2), minor('8.875', 4), minor(0.1, 2), minor('7', 0), minor('-0.00', 2)]).toEqual(
      [1234, 88_750, 10, 7, 0],
    );
    expect(() => minor(1e21, 2)).toThrow(RangeError);
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
    expect(() => portion(1, 1, 0)).toThrow(RangeError);
  });
});
