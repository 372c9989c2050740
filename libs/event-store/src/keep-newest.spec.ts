import { expect, it } from 'vitest';
import { keepNewest } from './keep-newest.ts';

it('keeps so many, those put last; who is put again is new again', () => {
  const entries = new Map<string, number>();
  [...'abcab'].forEach((key, place) => {
    keepNewest(entries, key, place, 3);
  });
  keepNewest(entries, 'd', 5, 3);
  expect([...entries]).toEqual([
    ['a', 3],
    ['b', 4],
    ['d', 5],
  ]);
  keepNewest(entries, 'e', 6, 1);
  expect([...entries.keys()]).toEqual(['e']);
});
