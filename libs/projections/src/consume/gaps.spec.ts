import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fill, type Gaps, nothingSeen } from './gaps.ts';

function takeAll(seqs: readonly number[]) {
  let gaps: Gaps = nothingSeen;
  const taken = seqs.filter((seq) => {
    const after = fill(gaps, seq);
    gaps = after ?? gaps;
    return after !== undefined;
  });
  return { gaps, taken };
}

test('B3 a late fact fills its hole once', () => {
  expect(takeAll([1, 2, 5, 3, 3, 5, 4, 4])).toEqual({
    gaps: { highest: 5, missing: [] },
    taken: [1, 2, 5, 3, 4],
  });
});

test('B3 in any order and with any repetition each fact is taken once, and the missing ones are known', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 }), (seqs) => {
      const { gaps, taken } = takeAll(seqs);
      expect([...taken].sort((a, b) => a - b)).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      const seen = new Set(seqs);
      const absent = Array.from({ length: gaps.highest }, (_, index) => index + 1).filter(
        (seq) => !seen.has(seq),
      );
      const ranges = gaps.missing.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      expect(ranges).toEqual(absent);
    }),
  );
});
