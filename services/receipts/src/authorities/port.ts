import type { Canonical, Format } from '../types/port.ts';

/** A valid receipt as an authority gets to see it. */
export interface Registrable {
  receiptId: string;
  clientId: string;
  type: string;
  format: Format;
  /** SHA-256 of the raw bytes, hex. */
  hash: string;
  raw: Buffer;
  canonical: Canonical;
}

export type RegistrationResult =
  | { outcome: 'REGISTERED'; externalRef: string; said?: string }
  /** For good: asking again would not help. `said`, of both: what it said of this receipt, as it came. */
  | { outcome: 'REFUSED'; reason: string; said?: string }
  /** Not now, or nobody knows: asked again, after a look-up by our id. `retryAfter`: milliseconds. */
  | { outcome: 'LATER'; reason: string; retryAfter?: number };

/** One outside service that registers receipts. A folder beside this file; nothing else knows its protocol. */
export interface Authority {
  name: string;
  /** Most receipts in one request. */
  batch: number;
  /** Milliseconds a request may take. */
  timeout: number;
  /** Token bucket of each client, as the authority grants it. */
  rate: { perSecond: number; burst: number };
  /**
   * Milliseconds after which a request is either carried out or never will be, though nobody heard: what it may have
   * registered is looked up no sooner.
   */
  settles: number;
  /**
   * Receipt id → result; one that is missing counts as LATER. Rejects only when nobody knows what happened to any, or with
   * a RetryAfter when all were sent away.
   */
  register(receipts: readonly Registrable[], signal: AbortSignal): Promise<Map<string, RegistrationResult>>;
  /** What it holds under our ids; those it does not hold are missing. Rejects unless it is known of every one. */
  lookUp(receiptIds: readonly string[], signal: AbortSignal): Promise<Map<string, RegistrationResult>>;
}
