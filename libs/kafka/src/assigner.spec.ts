import { expect, test } from 'vitest';
import { deal } from './assigner.ts';

const all = ['a', 'b'].flatMap((topic) => [0, 1, 2, 3, 4].map((partition) => ({ topic, partition })));

test('partitions are dealt evenly, the same partition of all topics to the same member', () => {
  expect(Object.fromEntries(deal(all, ['m1', 'm2']))).toEqual({
    m1: { a: [0, 2, 4], b: [0, 2, 4] },
    m2: { a: [1, 3], b: [1, 3] },
  });
});

test('a member too many gets nothing and stays in the group', () => {
  expect(deal([{ topic: 'a', partition: 7 }], ['m1', 'm2']).get('m2')).toEqual({});
});

test('the partitions of one metro are spread over all members', () => {
  const metro = [4, 5, 6, 7].map((partition) => ({ topic: 'a', partition }));
  const counts = [...deal(metro, ['m1', 'm2', 'm3', 'm4']).values()].map((share) => share.a?.length);
  expect(counts).toEqual([1, 1, 1, 1]);
});
