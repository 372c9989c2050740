import type { ReceiptFilter } from '../../read-models/receipt-list.ts';
import { literal } from '../duck.ts';

/** A part of the archive that may have an answer. */
export interface PartRow {
  key: string;
  day: string;
  bytes: number;
  sha256: string;
}

/** Of received receipts: `from` is within, `to` is not. */
export type ArchiveFilter = Omit<ReceiptFilter, 'limit'>;

export function conditionOf({ from, to, client, type, status, after }: ArchiveFilter): string {
  const conditions = [`received_at >= ${instant(from)}`, `received_at < ${instant(to)}`];
  for (const [column, value] of Object.entries({ client, type, status }))
    if (value !== undefined) conditions.push(`${column} = ${literal(value)}`);
  if (after) {
    const at = instant(new Date(after.received_at));
    // The first of the two alone says what groups of rows have nothing.
    conditions.push(
      `received_at >= ${at}`,
      `(received_at > ${at} or id > ${literal(after.receipt_id.toLowerCase())})`,
    );
  }
  return conditions.join(' and ');
}

function instant(at: Date): string {
  return `timestamptz '${at.toISOString().replace('T', ' ').replace('Z', '+00')}'`;
}
