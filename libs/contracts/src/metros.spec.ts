import { expect, it } from 'vitest';
import { loadRegion, metroOf, partitionCount, partitionFor } from './metros.ts';

const region = loadRegion({});

it('X-22 a stream lands on a partition of its own metro', () => {
  for (const metro of region.metros)
    for (let index = 0; index < 200; index++)
      expect(metro.partitions).toContain(partitionFor(metro, `stream-${index}`));
});
it('every partition of a metro is used', () => {
  const metro = metroOf(region, 'sfo');
  const used = new Set(Array.from({ length: 200 }, (_, index) => partitionFor(metro, `stream-${index}`)));
  expect([...used].sort()).toEqual([...metro.partitions]);
});
it('S0-NFR-05 metros share no partition', () => {
  expect(partitionCount(region)).toBe(region.metros.flatMap(({ partitions }) => partitions).length);
});
it('an unknown metro is named', () => {
  expect(() => metroOf(region, 'atlantis')).toThrow('Region local does not serve the metro atlantis');
});
