import { createHash } from 'node:crypto';
import type { ArchivedReceipt } from '../receipt.ts';

/** Midnight. */
const start = Date.UTC(2026, 9, 1);

/** The nth receipt of a made-up day, one a second, of three clients in turn. */
export function archived(n: number, change: Partial<ArchivedReceipt> = {}): ArchivedReceipt {
  const receivedAt = start + n * 1000 + 7;
  const raw = Buffer.from(JSON.stringify({ n, text: 'ä €' }));
  return {
    id: idAt(receivedAt, n),
    client: `client-${n % 3}`,
    metro: 'sfo',
    type: 'test',
    format: 'JSON',
    version: 2,
    status: 'ACCEPTED',
    receivedAt,
    acceptedAt: receivedAt + 900,
    number: `no-${n}`,
    issuedAt: null,
    seller: '1',
    total: 100 + n,
    currency: 'USD',
    checks: ['a', 'b'],
    failures: [],
    registrations: [
      {
        authority: 'tax-office',
        status: 'REGISTERED',
        external_ref: `T${n}`,
        reason: null,
        attempts: 1,
        answered_at: receivedAt + 800,
      },
    ],
    acknowledgements: [
      {
        authority: 'tax-office',
        outcome: 'REGISTERED',
        answered_at: receivedAt + 800,
        body: `{"ok":"${n}"}`,
      },
    ],
    hash: createHash('sha256').update(raw).digest(),
    raw,
    ...change,
  };
}

/** A UUIDv7 of a moment. */
export function idAt(at: number, n: number): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
