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

const encoders = {
  text: { oid: 25, room: utf8, write: (into, at, value) => into.write(value, at) } satisfies Encode<string>,
  int2: {
    oid: 21,
    room: () => 2,
    write: (into, at, value) => into.writeInt16BE(value, at) - at,
  } satisfies Encode<number>,
  int4: {
    oid: 23,
    room: () => 4,
    write: (into, at, value) => into.writeInt32BE(value, at) - at,
  } satisfies Encode<number>,
  int8: {
    oid: 20,
    room: () => 8,
    write: (into, at, value) => into.writeBigInt64BE(BigInt(value), at) - at,
  } satisfies Encode<number>,
  uuid: {
    oid: 2950,
    room: () => 16,
    write: (into, at, value) => into.write(value.replaceAll('-', ''), at, 'hex'),
  } satisfies Encode<string>,
  bytea: {
    oid: 17,
    room: (value) => value.length,
    write: (into, at, value) => value.copy(into, at),
  } satisfies Encode<Buffer>,
  /** Its binary form is a version byte before the text. */
  jsonb: {
    oid: 3802,
    room: (value) => 1 + utf8(value),
    write: (into, at, value) => into.write(value, into.writeUInt8(1, at)) + 1,
  } satisfies Encode<string>,
};

export const column = {
  text: (values: readonly (string | null)[]) => encode(encoders.text, values),
  int2: (values: readonly number[]) => encode(encoders.int2, values),
  int4: (values: readonly number[]) => encode(encoders.int4, values),
  int8: (values: readonly number[]) => encode(encoders.int8, values),
  uuid: (values: readonly (string | null)[]) => encode(encoders.uuid, values),
  bytea: (values: readonly Buffer[]) => encode(encoders.bytea, values),
  /** Values are JSON text. */
  jsonb: (values: readonly (string | null)[]) => encode(encoders.jsonb, values),
};

/** Written to first, then copied: sizes of texts are known only afterwards. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

function encode<T>(as: Encode<T>, values: readonly (T | null)[]): Buffer {
  const dimensions = values.length === 0 ? 0 : 1;
  let at = 12 + 8 * dimensions;
  let nulls = 0;
  for (const value of values) {
    makeRoom(at, 4 + (value === null ? 0 : as.room(value)));
    const size = value === null ? -1 : as.write(scratch, at + 4, value);
    scratch.writeInt32BE(size, at);
    at += 4 + Math.max(0, size);
    if (value === null) nulls = 1;
  }
  scratch.writeInt32BE(dimensions, 0);
  scratch.writeInt32BE(nulls, 4);
  scratch.writeInt32BE(as.oid, 8);
  if (dimensions === 1) {
    scratch.writeInt32BE(values.length, 12);
    scratch.writeInt32BE(1, 16);
  }
  return Buffer.from(scratch.subarray(0, at));
}

function makeRoom(used: number, more: number): void {
  if (used + more <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (used + more));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}
