import { createHash } from 'node:crypto';
import { newId } from '@dabba/contracts';
import type { Format } from '../types/port.ts';

/** A document at the door: parsed once to know its type, kept as it came. */
export interface Arrival {
  id: string;
  client: string;
  metro: string;
  format: Format;
  type: string;
  hash: Buffer;
  /** Stands for the client's Idempotency-Key; null where there is none. */
  key: Buffer | null;
  raw: Buffer;
  /** UTC milliseconds. */
  at: number;
}

export type Taken =
  | { fate: 'new'; receiptId: string }
  /** The same document, or the same key, came before. */
  | { fate: 'seen'; receiptId: string }
  /** The Idempotency-Key stands for another document. */
  | { fate: 'reused' };

export function arrivalOf(document: Omit<Arrival, 'id' | 'hash' | 'key'>, key: string | undefined): Arrival {
  const hash = sha256(document.raw);
  // Of another length than a hash, so that neither can stand for the other.
  const name = key === undefined ? null : Buffer.concat([Buffer.from('key:'), sha256(Buffer.from(key))]);
  return { ...document, id: newId(), hash, key: name };
}

/** The UTC day on which an id was made, by its own time (UUIDv7): where its raw bytes lie. */
export function dayOf(receiptId: string): string {
  const millis = Number.parseInt(receiptId.slice(0, 8) + receiptId.slice(9, 13), 16);
  return new Date(millis).toISOString().slice(0, 10);
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
