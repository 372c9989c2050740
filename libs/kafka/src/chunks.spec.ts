import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunksOf, limits, requireFits, sizeOf } from './chunks.ts';
import { type OutgoingRecord, PublishFailed } from './types.ts';

const record = fc.record({
  topic: fc.constantFrom('a', 'b'),
  partition: fc.integer({ min: 0, max: 3 }),
  key: fc.constant('key'),
  value: fc.integer({ min: 0, max: limits.partitionBytes - 200 }).map((size) => Buffer.alloc(size)),
  headers: fc.constant({ position: '1' }),
});

test('K4 chunks keep the order, lose nothing and stay within every bound', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), (records) => {
      const chunks = [...chunksOf(records)];
      expect(chunks.flat()).toEqual(records);
      for (const chunk of chunks) {
        expect(chunk.reduce((sum, each) => sum + sizeOf(each), 0)).toBeLessThanOrEqual(limits.totalBytes);
        for (const bytes of bytesPerPartition(chunk)) {
          expect(bytes).toBeLessThanOrEqual(limits.partitionBytes);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('K4 many small records for one partition are cut by their number', () => {
  const small = Array.from({ length: 2 * limits.partitionRecords + 1 }, () => ({
    topic: 'a',
    partition: 0,
    key: null,
    value: null,
    headers: {},
  }));
  expect([...chunksOf(small)].map((chunk) => chunk.length)).toEqual([
    limits.partitionRecords,
    limits.partitionRecords,
    1,
  ]);
});

test('K4 a record that fits no chunk is named with its size', () => {
  const huge = {
    topic: 'a',
    partition: 2,
    key: null,
    value: Buffer.alloc(limits.partitionBytes),
    headers: {},
  };
  expect(() => requireFits(huge)).toThrow(PublishFailed);
  expect(() => requireFits(huge)).toThrow(/a\/2 is over the limit of 900000/);
});

function bytesPerPartition(chunk: readonly OutgoingRecord[]): number[] {
  const sums = new Map<string, number>();
  for (const each of chunk) {
    const name = `${each.topic}/${each.partition}`;
    sums.set(name, (sums.get(name) ?? 0) + sizeOf(each));
  }
  return [...sums.values()];
}
