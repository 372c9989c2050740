import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packetGuard } from './packet-guard.ts';

/** A PUBLISH whose header says `length`; what follows is cut off at `present`. */
function packet(length: number, present = length): Buffer {
  const header = [0x32];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    header.push(rest > 0 ? digit | 128 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(present)]);
}

test('packets up to the limit pass, however the bytes are cut', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 50 }), (sizes, step) => {
      const bytes = Buffer.concat(sizes.map((size) => packet(size)));
      const tooLarge = packetGuard(1000);
      for (let at = 0; at < bytes.length; at += step)
        expect(tooLarge(bytes.subarray(at, at + step))).toBe(false);
      expect(tooLarge(packet(1001, 0))).toBe(true);
    }),
  );
});

test('a length that never ends is too large', () => {
  expect(packetGuard(1000)(Buffer.from([0x32, 0x80, 0x80, 0x80, 0x80, 0x80]))).toBe(true);
});
