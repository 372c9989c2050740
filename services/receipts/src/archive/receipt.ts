import type { Events, Instant } from '@dabba/contracts';
import type { ReceiptStatus } from '../receipt/receipt.ts';
import type { Format } from '../types/port.ts';

/** A receipt as the archive has it: whole, at its end, with its bytes. */
export interface ArchivedReceipt {
  id: string;
  client: string;
  metro: string;
  type: string;
  format: Format;
  /** Of the rules that judged it. */
  version: number | null;
  status: ReceiptStatus;
  receivedAt: Instant;
  acceptedAt: Instant | null;
  number: string | null;
  issuedAt: Instant | null;
  seller: string | null;
  /** Minor units. */
  total: number | null;
  currency: string | null;
  checks: readonly string[];
  failures: Events['ReceiptRejected']['failures'];
  registrations: readonly ArchivedRegistration[];
  acknowledgements: readonly ArchivedAcknowledgement[];
  /** SHA-256 of `raw`. */
  hash: Buffer;
  raw: Buffer;
}

export interface ArchivedRegistration {
  authority: string;
  status: 'REGISTERED' | 'REFUSED' | 'PENDING';
  external_ref: string | null;
  reason: string | null;
  attempts: number;
  answered_at: Instant | null;
}

/** An authority's answer, as it came. */
export interface ArchivedAcknowledgement {
  authority: string;
  outcome: string;
  answered_at: Instant;
  body: string;
}
