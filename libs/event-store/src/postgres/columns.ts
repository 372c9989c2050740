/**
 * Arrays in Postgres' binary format. The driver sends a Buffer as it is, so neither side escapes and parses text, which
 * would cost more than the append itself when many are batched.
 */
interface Encode<T> {
  oid: number;
  /** Most bytes a value takes. */
  room(value: T): number;
  /** Gives the bytes written. */
  write(into: Buffer, at: number, value: T): number;
}

const utf8 = (value: string) => 3 * value.length;
const fixed = (bytes: number) => () => bytes;

const year2000 = Date.UTC(2000, 0, 1);

/** Written to first, then copied: sizes of texts are known only afterwards. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

export const column = {
  text: encoder<string>({ oid: 25, room: utf8, write: (into, at, value) => into.write(value, at) }),
  int2: encoder<number>({
    oid: 21,
    room: fixed(2),
    write: (into, at, value) => into.writeInt16BE(value, at) - at,
  }),
  int4: encoder<number>({
    oid: 23,
    room: fixed(4),
    write: (into, at, value) => into.writeInt32BE(value, at) - at,
  }),
  int8: encoder<number>({
    oid: 20,
    room: fixed(8),
    write(into, at, value) {
      into.writeInt32BE(Math.floor(value / 2 ** 32), at);
      return into.writeUInt32BE(value >>> 0, at + 4) - at;
    },
  }),
  /** `2026-11-21`; its binary form counts days from 2000 on. */
  date: encoder<string>({
    oid: 1082,
    room: fixed(4),
    write: (into, at, value) => into.writeInt32BE((Date.parse(value) - year2000) / 86_400_000, at) - at,
  }),
  /** Whole UTC milliseconds; its binary form counts microseconds from 2000 on. */
  timestamptz: encoder<number>({
    oid: 1184,
    room: fixed(8),
    write: (into, at, value) => into.writeBigInt64BE(BigInt(value - year2000) * 1000n, at) - at,
  }),
  uuid: encoder<string>({
    oid: 2950,
    room: fixed(16),
    write: (into, at, value) => into.write(value.replaceAll('-', ''), at, 'hex'),
  }),
  bytea: encoder<Buffer>({
    oid: 17,
    room: (value) => value.length,
    write: (into, at, value) => value.copy(into, at),
  }),
  /** Values are JSON text. Its binary form is a version byte before the text. */
  jsonb: encoder<string>({
    oid: 3802,
    room: (value) => 1 + utf8(value),
    write: (into, at, value) => into.write(value, into.writeUInt8(1, at)) + 1,
  }),
};

function encoder<T>({ oid, room, write }: Encode<T>): (values: readonly (T | null)[]) => Buffer {
  return (values) => {
    let at = values.length === 0 ? 12 : 20;
    let nulls = 0;
    for (const value of values) {
      if (value === null) {
        makeRoom(at, 4);
        at = scratch.writeInt32BE(-1, at);
        nulls = 1;
        continue;
      }
      makeRoom(at, 4 + room(value));
      const size = write(scratch, at + 4, value);
      scratch.writeInt32BE(size, at);
      at += 4 + size;
    }
    scratch.writeInt32BE(values.length === 0 ? 0 : 1, 0);
    scratch.writeInt32BE(nulls, 4);
    scratch.writeInt32BE(oid, 8);
    if (values.length > 0) {
      scratch.writeInt32BE(values.length, 12);
      scratch.writeInt32BE(1, 16);
    }
    return Buffer.from(scratch.subarray(0, at));
  };
}

function makeRoom(used: number, more: number): void {
  if (used + more <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (used + more));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}
