import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type ReceiptEvent = Event<
  | 'ReceiptReceived'
  | 'ReceiptValidated'
  | 'ReceiptRejected'
  | 'ReceiptRegistered'
  | 'ReceiptAccepted'
  | 'ReceiptFailed'
  | 'ReceiptReopened'
>;

/** S3-STM-01. VALIDATING and VALID are passed within one transaction, so nobody sees them. */
export type ReceiptStatus = 'RECEIVED' | 'REJECTED' | 'REGISTERING' | 'ACCEPTED' | 'FAILED';

/** One authority's progress; RETRYING is what its queue knows beside PENDING. */
export type Registration =
  | { status: 'PENDING' }
  | { status: 'REGISTERED'; externalRef: string; attempts: number; at: Instant }
  | { status: 'REFUSED'; reason: string; attempts: number; at: Instant };

export type Receipt = null | {
  status: ReceiptStatus;
  clientId: string;
  type: string;
  format: Events['ReceiptReceived']['format'];
  /** Of the rules that judged it; null before. */
  version: number | null;
  hash: string;
  receivedAt: Instant;
  acceptedAt: Instant | null;
  checks: readonly string[];
  failures: Events['ReceiptRejected']['failures'];
  registrations: Readonly<Record<string, Registration>>;
};

export const receiptStream: StreamType<Receipt, ReceiptEvent> = {
  name: 'receipt',
  revision: 2,
  initial: () => null,
  evolve,
};

export function receiptRef(id: string, metro: string): StreamRef<Receipt, ReceiptEvent> {
  return { type: receiptStream, id, metro };
}

function evolve(receipt: Receipt, { type, data }: ReceiptEvent): Receipt {
  if (type === 'ReceiptReceived') {
    const { clientId, type: kind, format, hash, receivedAt } = data;
    const known = { clientId, type: kind, format, version: null, hash, receivedAt, acceptedAt: null };
    return { status: 'RECEIVED', ...known, checks: [], failures: [], registrations: {} };
  }
  if (receipt === null) throw new Error(`${type} of a receipt that never came`);
  switch (type) {
    case 'ReceiptValidated': {
      const { version, checks, authorities } = data;
      const registrations = Object.fromEntries(
        authorities.map((name) => [name, { status: 'PENDING' } as const]),
      );
      return { ...receipt, status: 'REGISTERING', version, checks, registrations };
    }
    case 'ReceiptRejected': {
      const { version, checks, failures } = data;
      return { ...receipt, status: 'REJECTED', version, checks, failures };
    }
    case 'ReceiptRegistered': {
      const { authority, externalRef, attempts, registeredAt: at } = data;
      return withRegistration(receipt, authority, { status: 'REGISTERED', externalRef, attempts, at });
    }
    case 'ReceiptFailed': {
      const { authority, reason, attempts, failedAt: at } = data;
      const refused = withRegistration(receipt, authority, { status: 'REFUSED', reason, attempts, at });
      return { ...refused, status: 'FAILED' };
    }
    case 'ReceiptReopened': {
      const again = Object.entries(receipt.registrations).map(([name, registration]) => [
        name,
        registration.status === 'REFUSED' ? ({ status: 'PENDING' } as const) : registration,
      ]);
      return { ...receipt, status: 'REGISTERING', registrations: Object.fromEntries(again) };
    }
    case 'ReceiptAccepted':
      return { ...receipt, status: 'ACCEPTED', acceptedAt: data.acceptedAt };
    default:
      return type satisfies never;
  }
}

function withRegistration(receipt: NonNullable<Receipt>, authority: string, registration: Registration) {
  return { ...receipt, registrations: { ...receipt.registrations, [authority]: registration } };
}
