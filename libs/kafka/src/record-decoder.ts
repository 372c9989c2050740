/**
 * Takes the place of kafkajs's decoder of single records, which copies the whole headers object once for each header it
 * adds: with the fifteen headers of a Dabba event that is most of the time a fold spends (docs/performance.md). Same
 * records, except that header values are text already and the last of several values counts.
 */
import { createRequire } from 'node:module';

/** What kafkajs hands to a decoder of records. */
export interface Bytes {
  buffer: Buffer;
  offset: number;
}

export interface BatchContext {
  firstOffset: string;
  firstTimestamp: string;
  maxTimestamp: string;
  magicByte: number;
  timestampType: number;
  isControlBatch?: boolean;
}

/** Header name → text. */
export class HeaderTexts {
  [name: string]: string;
}

const logAppendTime = 1;

export function decodeRecord(bytes: Bytes, batchContext: BatchContext) {
  const { firstOffset, firstTimestamp, maxTimestamp, magicByte, isControlBatch = false } = batchContext;
  const attributes = bytes.buffer.readInt8(bytes.offset);
  bytes.offset += 1;
  const timestampDelta = readVarint(bytes);
  const appended = batchContext.timestampType === logAppendTime && maxTimestamp;
  return {
    magicByte,
    attributes,
    timestamp: appended ? maxTimestamp : String(Number(firstTimestamp) + timestampDelta),
    offset: String(Number(firstOffset) + readVarint(bytes)),
    key: readBytes(bytes),
    value: readBytes(bytes),
    headers: readHeaders(bytes),
    isControlRecord: isControlBatch,
    batchContext,
  };
}

/** Names in the order of the record before: nearly always those of this one as well. */
const expected: { name: string; bytes: Buffer }[] = [];

function readHeaders(bytes: Bytes): HeaderTexts {
  const headers = new HeaderTexts();
  const count = readVarint(bytes);
  for (let place = 0; place < count; place++) {
    const name = readName(bytes, place);
    const length = readVarint(bytes);
    if (length < 0) continue;
    const end = bytes.offset + length;
    headers[name] = bytes.buffer.toString('utf8', bytes.offset, end);
    bytes.offset = end;
  }
  return headers;
}

function readName(bytes: Bytes, place: number): string {
  const length = readVarint(bytes);
  const start = bytes.offset;
  bytes.offset = start + length;
  const before = expected[place];
  if (before && isAt(bytes.buffer, start, length, before.bytes)) return before.name;
  const name = bytes.buffer.toString('utf8', start, bytes.offset);
  expected[place] = { name, bytes: Buffer.from(name) };
  return name;
}

function isAt(buffer: Buffer, start: number, length: number, wanted: Buffer): boolean {
  if (wanted.length !== length) return false;
  for (let index = 0; index < length; index++) if (buffer[start + index] !== wanted[index]) return false;
  return true;
}

function readBytes(bytes: Bytes): Buffer | null {
  const length = readVarint(bytes);
  if (length < 0) return null;
  const start = bytes.offset;
  bytes.offset = start + length;
  return bytes.buffer.subarray(start, bytes.offset);
}

/** Zigzag varint; whole up to 2^53, far above any offset or time. */
function readVarint(bytes: Bytes): number {
  const { buffer } = bytes;
  let byte = buffer[bytes.offset++] ?? 0;
  let value = byte & 0x7f;
  for (let factor = 128; byte > 0x7f; factor *= 128) {
    byte = buffer[bytes.offset++] ?? 0;
    value += (byte & 0x7f) * factor;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

const require = createRequire(import.meta.url);
const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');
require(path);
const theirs = require.cache[path];
if (!theirs) throw new Error('kafkajs decodes records elsewhere than the version this was written for');
theirs.exports = decodeRecord;
