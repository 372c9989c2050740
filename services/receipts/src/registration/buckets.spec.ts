import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsOf } from './buckets.ts';

test('a client has its burst, then what flows in; others have theirs', () => {
  const buckets = bucketsOf({ perSecond: 10, burst: 20 });
  buckets.take('greedy', 20, 0);
  expect([...buckets.left(0)]).toEqual([['greedy', 0]]);
  expect([...buckets.left(550)]).toEqual([['greedy', 5]]);
  buckets.take('greedy', 5, 550);
  expect([...buckets.left(600)]).toEqual([['greedy', 1]]);
  expect(buckets.left(600).has('other')).toBe(false);
});

test('a full bucket is forgotten', () => {
  const buckets = bucketsOf({ perSecond: 10, burst: 20 });
  buckets.take('c', 20, 0);
  expect(buckets.left(2_000).size).toBe(0);
});

test('nobody gets more than burst and flow, whenever it asks', () => {
  const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 30 })));
  fc.assert(
    fc.property(asks, (steps) => {
      const buckets = bucketsOf({ perSecond: 10, burst: 20 });
      let now = 0;
      let got = 0;
      for (const [wait, wanted] of steps) {
        now += wait;
        const tokens = Math.min(wanted, buckets.left(now).get('c') ?? 20);
        buckets.take('c', tokens, now);
        got += tokens;
        expect(got).toBeLessThanOrEqual(20 + now / 100 + 1e-6);
      }
    }),
  );
});
