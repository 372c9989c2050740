import { createHash } from 'node:crypto';
import type { Counter } from 'prom-client';

/** An answer that is ready to be sent. */
export interface Document {
  /** Strong: made of the bytes. */
  etag: string;
  body: string;
}

/** Answers kept until something of their vendor changes: `menu:{vendor_id}` and its like (S2-CCH-01, S4-CCH-01). */
export class Documents {
  readonly #byVendor = new Map<string, Map<string, Document>>();
  readonly #reads: Counter<'document' | 'result'>;

  constructor(reads: Counter<'document' | 'result'>) {
    this.#reads = reads;
  }

  /** @param name `menu`, for the metric; @param key what else it depends on */
  of(vendorId: string, name: string, key: string, make: () => unknown): Document {
    const theirs = this.#byVendor.get(vendorId) ?? new Map<string, Document>();
    const kept = theirs.get(`${name}:${key}`);
    this.#reads.inc({ document: name, result: kept ? 'hit' : 'miss' });
    if (kept) return kept;
    const document = documentOf(make());
    theirs.set(`${name}:${key}`, document);
    this.#byVendor.set(vendorId, theirs);
    return document;
  }

  drop(vendorId: string): void {
    this.#byVendor.delete(vendorId);
  }
}

export function documentOf(value: unknown): Document {
  const body = JSON.stringify(value);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
