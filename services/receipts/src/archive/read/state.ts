import type { Receipt, Registration } from '../../receipt/receipt.ts';
import type { ArchivedReceipt, ArchivedRegistration } from '../receipt.ts';

/** An archived receipt as its stream said it. */
export function stateOf(receipt: ArchivedReceipt): NonNullable<Receipt> {
  const { status, client, type, format, version, hash, receivedAt, acceptedAt, checks, failures } = receipt;
  return {
    status,
    clientId: client,
    type,
    format,
    version,
    hash: hash.toString('hex'),
    receivedAt,
    acceptedAt,
    checks,
    failures,
    registrations: Object.fromEntries(
      receipt.registrations.map((one) => [one.authority, registrationOf(one)]),
    ),
  };
}

function registrationOf(archived: ArchivedRegistration): Registration {
  const { status, external_ref, reason, attempts, answered_at } = archived;
  if (status === 'PENDING') return { status };
  const at = answered_at ?? 0;
  return status === 'REGISTERED'
    ? { status, externalRef: external_ref ?? '', attempts, at }
    : { status, reason: reason ?? '', attempts, at };
}
