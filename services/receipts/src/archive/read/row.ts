import type { ReceiptStatus } from '../../receipt/receipt.ts';
import type { Format } from '../../types/port.ts';
import type { ArchivedReceipt } from '../receipt.ts';
import { bytes, type Cells, number, numberOrNull, text, textOrNull } from './cells.ts';

/** @param row selected by `readColumns` */
export function receiptOf(row: Cells): ArchivedReceipt {
  return {
    id: text(row, 'id'),
    client: text(row, 'client'),
    metro: text(row, 'metro'),
    type: text(row, 'type'),
    format: formatOf(text(row, 'format')),
    version: numberOrNull(row, 'version'),
    status: statusOf(text(row, 'status')),
    receivedAt: number(row, 'received_at'),
    acceptedAt: numberOrNull(row, 'accepted_at'),
    number: textOrNull(row, 'number'),
    issuedAt: numberOrNull(row, 'issued_at'),
    seller: textOrNull(row, 'seller'),
    total: numberOrNull(row, 'total'),
    currency: textOrNull(row, 'currency'),
    checks: JSON.parse(text(row, 'checks')),
    failures: JSON.parse(text(row, 'failures')),
    registrations: JSON.parse(text(row, 'registrations')),
    acknowledgements: JSON.parse(text(row, 'acknowledgements')),
    hash: bytes(row, 'hash'),
    raw: bytes(row, 'raw'),
  };
}

export function statusOf(value: string): ReceiptStatus {
  const found = statuses.find((status) => status === value);
  if (found) return found;
  throw new Error(`The archive has a receipt of the status ${value}`);
}
const statuses = ['RECEIVED', 'REJECTED', 'REGISTERING', 'ACCEPTED', 'FAILED'] as const;

function formatOf(value: string): Format {
  if (value === 'JSON' || value === 'XML') return value;
  throw new Error(`The archive has a receipt of the format ${value}`);
}
