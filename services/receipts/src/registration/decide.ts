import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Receipt, ReceiptEvent } from '../receipt/receipt.ts';

/** What an authority said for good. */
export type Answer = {
  receiptId: string;
  authority: string;
  /** Times it was asked. */
  attempts: number;
  at: Instant;
  /** Its words about this receipt, as they came. */
  said?: string;
} & ({ outcome: 'REGISTERED'; externalRef: string } | { outcome: 'REFUSED'; reason: string });

/**
 * S3-RCP-04: registered, and accepted where it was the last that had to; or failed. An answer that is known already, as
 * a late twin brings it, changes nothing.
 * @throws for a receipt that this authority has never had to register
 */
export function decideAnswer(receipt: Receipt, answer: Answer): ReceiptEvent[] {
  const { receiptId, authority, attempts, at } = answer;
  const registration = receipt?.registrations[authority];
  if (!receipt || !registration) throw new Error(`${authority} was never to register ${receiptId}`);
  if (registration.status !== 'PENDING') return [];
  if (answer.outcome === 'REFUSED')
    return [
      {
        type: 'ReceiptFailed',
        data: { receiptId, authority, reason: answer.reason, attempts, failedAt: at },
      },
    ];
  const registered: ReceiptEvent = {
    type: 'ReceiptRegistered',
    data: { receiptId, authority, externalRef: answer.externalRef, attempts, registeredAt: at },
  };
  const others = Object.entries(receipt.registrations).filter(([name]) => name !== authority);
  if (others.some(([, { status }]) => status !== 'REGISTERED')) return [registered];
  return [registered, { type: 'ReceiptAccepted', data: { receiptId, acceptedAt: at } }];
}

export interface Reopening {
  receiptId: string;
  /** Principal who wants it. */
  by: string;
  reason: string;
  at: Instant;
}

/** The authorities that refused it are asked again. */
export function decideReopen(receipt: Receipt, reopening: Reopening): ReceiptEvent[] | Refusal {
  const { receiptId, by, reason, at } = reopening;
  if (receipt === null) return refuse(404, 'receipt-unknown', `No receipt ${receiptId}`);
  if (receipt.status !== 'FAILED')
    return refuse(
      409,
      'receipt-not-failed',
      `The receipt is ${receipt.status}; only a FAILED one is reopened`,
    );
  return [{ type: 'ReceiptReopened', data: { receiptId, by, reason, reopenedAt: at } }];
}
