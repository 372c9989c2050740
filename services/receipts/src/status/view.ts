import { orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Receipt, Registration } from '../receipt/receipt.ts';

export const Status = Type.Enum(['RECEIVED', 'REJECTED', 'REGISTERING', 'ACCEPTED', 'FAILED']);

export const ReceiptView = Type.Object({
  id: Type.String(),
  status: Status,
  type: Type.String(),
  format: Type.Enum(['JSON', 'XML']),
  /** Of the rules that judged it. */
  version: orNull(Type.Integer()),
  hash: Type.String({ description: 'SHA-256 of the document as received, hex' }),
  received_at: Time,
  checks: Type.Array(
    Type.Object({
      rule: Type.String(),
      passed: Type.Boolean(),
      pointer: Type.Optional(Type.String()),
      detail: Type.Optional(Type.String()),
    }),
  ),
  registrations: Type.Array(
    Type.Object({
      service: Type.String(),
      status: Type.Enum(['PENDING', 'RETRYING', 'REGISTERED', 'REFUSED']),
      external_ref: orNull(Type.String()),
      attempts: Type.Integer(),
      reason: Type.Optional(Type.String()),
    }),
  ),
  accepted_at: orNull(Time),
});

/** What an authority's queue knows of a receipt that it has not answered for good. */
export interface Waiting {
  authority: string;
  attempts: number;
  last_error: string | null;
}

export function viewOf(id: string, receipt: NonNullable<Receipt>, waiting: readonly Waiting[]) {
  const { status, type, format, version, hash, receivedAt, acceptedAt, checks, failures, registrations } =
    receipt;
  return {
    id,
    status,
    type,
    format,
    version,
    hash,
    received_at: new Date(receivedAt).toISOString(),
    checks: [
      ...checks.map((rule) => ({ rule, passed: true })),
      ...failures.map((failure) => ({ ...failure, passed: false })),
    ],
    registrations: Object.entries(registrations).map(([service, registration]) => ({
      service,
      ...progress(
        registration,
        waiting.find(({ authority }) => authority === service),
      ),
    })),
    accepted_at: acceptedAt === null ? null : new Date(acceptedAt).toISOString(),
  };
}

function progress(registration: Registration, waiting: Waiting | undefined) {
  switch (registration.status) {
    case 'REGISTERED':
      return {
        status: registration.status,
        external_ref: registration.externalRef,
        attempts: registration.attempts,
      };
    case 'REFUSED':
      return {
        status: registration.status,
        external_ref: null,
        attempts: registration.attempts,
        reason: registration.reason,
      };
    case 'PENDING': {
      const attempts = waiting?.attempts ?? 0;
      const reason = waiting?.last_error ?? undefined;
      // It counts as asked from the moment it is taken: the first attempt is no retry.
      const status = attempts > 1 || reason !== undefined ? ('RETRYING' as const) : ('PENDING' as const);
      return { status, external_ref: null, attempts, ...(reason !== undefined && { reason }) };
    }
    default:
      return registration satisfies never;
  }
}
