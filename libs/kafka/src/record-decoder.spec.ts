import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRecord } from './record-decoder.ts';

const encode = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const text = fc.string({ maxLength: 40, unit: 'binary' });
/** A header called `__proto__` is passed over: JavaScript would take it for something else. */
const name = text.filter((any) => any !== '__proto__');
const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));

it('reads whatever kafkajs writes: offsets, times, keys, values and headers in any order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      bytes,
      bytes,
      fc.dictionary(name, text, { maxKeys: 18 }),
      (offsetDelta, timestampDelta, key, value, headers) => {
        const { buffer }: { buffer: Buffer } = encode({ offsetDelta, timestampDelta, key, value, headers });
        const reader = { buffer, offset: sizeOfLength(buffer) };
        const record = decodeRecord(reader, {
          firstOffset: '5000000000',
          firstTimestamp: '1763700000000',
          maxTimestamp: '1763700009999',
          magicByte: 2,
          timestampType: 0,
        });
        expect(record).toMatchObject({
          offset: String(5_000_000_000 + offsetDelta),
          timestamp: String(1_763_700_000_000 + timestampDelta),
          key,
          value,
          isControlRecord: false,
        });
        expect({ ...record.headers }).toEqual({ ...headers });
        expect(reader.offset).toBe(buffer.length);
      },
    ),
  );
});

it('takes the time of appending where the topic keeps that', () => {
  const { buffer }: { buffer: Buffer } = encode({
    offsetDelta: 0,
    timestampDelta: 7,
    key: null,
    value: null,
    headers: {},
  });
  const context = { firstOffset: '0', firstTimestamp: '100', maxTimestamp: '900', magicByte: 2 };
  const at = (timestampType: number) =>
    decodeRecord({ buffer, offset: sizeOfLength(buffer) }, { ...context, timestampType }).timestamp;
  expect([at(0), at(1)]).toEqual(['107', '900']);
});

/** A record begins with its own length, which kafkajs has read before it asks for the rest. */
function sizeOfLength(buffer: Buffer): number {
  return buffer.findIndex((byte) => byte < 0x80) + 1;
}
