import { expect, test } from 'vitest';
import { suspectsOf } from './suspects.ts';

const receipts = Array.from({ length: 100 }, (_, n) => String(n));

test('one at which an authority stumbles is soon alone, and its neighbours are not', () => {
  const suspects = suspectsOf<string>(100, (id) => id);
  let left = receipts;
  let requests = 0;
  while (left.length > 1) {
    const groups = suspects.groups(left);
    requests += groups.length;
    left = groups.filter((group) => group.includes('42')).flat();
    for (const group of groups.filter((some) => some.includes('42'))) suspects.failed(group);
  }
  expect(left).toEqual(['42']);
  expect(requests).toBeLessThan(20);
});

test('whom nothing is known about, and who is acquitted, goes with all the others', () => {
  const suspects = suspectsOf<string>(100, (id) => id);
  expect(suspects.groups(receipts)).toEqual([receipts]);
  expect(suspects.groups([])).toEqual([]);
  for (let failed = 0; failed < 9; failed++) suspects.failed(receipts);
  expect(suspects.groups(receipts)).toHaveLength(100);
  suspects.acquit();
  expect(suspects.groups(receipts)).toEqual([receipts]);
});
