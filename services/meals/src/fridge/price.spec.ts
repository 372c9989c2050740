import fc from 'fast-check';
import { expect, it } from 'vitest';
import { priceNow } from './price.ts';
import { unsafeInside } from './unsafe-inside.ts';

const hour = 3_600_000;
const rule = { percent: 30, hours: 3 };

it('a meal is cheaper in its last hours, halves of a cent rounded up', () => {
  expect(priceNow(850, 10 * hour, 7 * hour - 1, rule)).toBe(850);
  expect(priceNow(850, 10 * hour, 7 * hour, rule)).toBe(595);
  expect(priceNow(15, 10 * hour, 9 * hour, rule)).toBe(11);
  expect(priceNow(850, 10 * hour, 9 * hour, undefined)).toBe(850);
});

it('a price is never negative and never above the full one', () => {
  const rules = fc.record({
    percent: fc.double({ min: -50, max: 150, noNaN: true }),
    hours: fc.nat({ max: 48 }),
  });
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), rules, (full, expiresAt, now, some) => {
      const price = priceNow(full, expiresAt, now, some);
      expect(Number.isSafeInteger(price)).toBe(true);
      expect(price).toBeGreaterThanOrEqual(0);
      expect(price).toBeLessThanOrEqual(full);
    }),
  );
});

it('one unsafe meal is found among good ones', () => {
  const good = { status: 'STOCKED', expiresAt: 10 } as const;
  const late = { status: 'STOCKED', expiresAt: 5 } as const;
  const bad = (['EXPIRED', 'SPOILED', 'WITHDRAWN'] as const).map((status) => ({ status, expiresAt: 10 }));
  expect(unsafeInside([good, late, ...bad], 5)).toEqual([late, ...bad]);
  expect(unsafeInside([good], 9)).toEqual([]);
});
