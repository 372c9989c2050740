import fc from 'fast-check';
import { expect, it } from 'vitest';
import { add, money, share } from './money.ts';

const dollars = (amount: number) => money(amount, 'USD');

it('S2-ORD-03 tax and tip of the sample, half up', () => {
  expect(share(dollars(1200), 85, 1000)).toEqual(dollars(102));
  expect(share(dollars(1200), 20, 100)).toEqual(dollars(240));
  expect(share(dollars(1), 1, 2)).toEqual(dollars(1));
  expect(share(dollars(-1), 1, 2)).toEqual(dollars(0));
});
it('rounds to the nearest cent, never further away than half of one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 0, max: 10_000 }),
      (amount, basisPoints) => {
        const { amount: rounded } = share(dollars(amount), basisPoints, 10_000);
        const doubledError = 2n * (BigInt(rounded) * 10_000n - BigInt(amount) * BigInt(basisPoints));
        expect(doubledError <= 10_000n && doubledError > -10_000n).toBe(true);
      },
    ),
  );
});
it('keeps whole minor units and one currency', () => {
  expect(() => money(0.5, 'USD')).toThrow(RangeError);
  expect(() => add(dollars(1), money(1, 'EUR'))).toThrow('Cannot add USD and EUR');
});
