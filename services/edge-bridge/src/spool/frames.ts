import { createHash } from 'node:crypto';

/** `length u32 | checksum u32 | written at f64 | payload`, big-endian; the checksum covers all that follows it. */
const headerBytes = 16;
const maxPayloadBytes = 1 << 20;

export interface Frame {
  /** UTC milliseconds. */
  writtenAt: number;
  payload: Buffer;
  /** Where the next frame begins, counted as `from` was. */
  end: number;
}

export function frameOf(payload: Buffer, writtenAt: number): Buffer {
  const frame = Buffer.alloc(headerBytes + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.writeDoubleBE(writtenAt, 8);
  payload.copy(frame, headerBytes);
  frame.writeUInt32BE(checksum(frame.subarray(8)), 4);
  return frame;
}

/** The whole and undamaged frames at the front of `bytes`. @param from position of `bytes` in its file */
export function readFrames(bytes: Buffer, from = 0): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at + headerBytes <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + headerBytes + length;
    if (length > maxPayloadBytes || end > bytes.length) break;
    if (bytes.readUInt32BE(at + 4) !== checksum(bytes.subarray(at + 8, end))) break;
    frames.push({
      writtenAt: bytes.readDoubleBE(at + 8),
      payload: bytes.subarray(at + headerBytes, end),
      end: from + end,
    });
    at = end;
  }
  return frames;
}

function checksum(bytes: Buffer): number {
  return createHash('sha256').update(bytes).digest().readUInt32BE(0);
}
