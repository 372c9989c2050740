const magic = 0;
const headerLength = 5;

/** Confluent's wire format: a zero byte, the schema's registry id (big endian, 32 bit), bare Avro. */
export function frame(id: number, data: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(headerLength + data.length);
  framed.writeUInt8(magic, 0);
  framed.writeInt32BE(id, 1);
  data.copy(framed, headerLength);
  return framed;
}

/** @throws RangeError for bytes that do not begin with the header */
export function unframe(value: Buffer): { id: number; data: Buffer } {
  if (value.length < headerLength || value[0] !== magic) {
    throw new RangeError(`Not in the registry's wire format: ${value.subarray(0, 8).toString('hex')}`);
  }
  return { id: value.readInt32BE(1), data: value.subarray(headerLength) };
}
