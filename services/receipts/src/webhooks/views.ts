import { orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { DeliveryRow, EndpointRow } from './rows.ts';
import { ends } from './tell.ts';

export const Params = Type.Object({
  webhook_id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$' }),
});
const Ends = Type.Array(Type.Enum(['accepted', 'rejected', 'failed', 'reopened']), {
  minItems: 1,
  uniqueItems: true,
});
export const Body = Type.Object(
  { url: Type.String({ maxLength: 2000 }), ends: Type.Optional(Ends) },
  { additionalProperties: false },
);

export const EndpointView = Type.Object({
  id: Type.String(),
  url: Type.String(),
  ends: Ends,
  status: Type.Enum(['ENABLED', 'DISABLED']),
  disabled_reason: orNull(Type.String()),
  failing_since: orNull(Time),
  set_at: Time,
  waiting: Type.Integer(),
  dead: Type.Integer(),
  secrets: Type.Array(Type.Object({ ends_with: Type.String(), valid_until: orNull(Time) })),
  secret: Type.Optional(Type.String({ description: 'Shown once' })),
});

export function endpointView(row: EndpointRow, now: number, secret?: string) {
  const { name: id, url, status, disabled_reason, failing_since, set_at, waiting, dead } = row;
  return {
    id,
    url,
    ends: ends.filter((end) => row.ends.includes(end)),
    status,
    disabled_reason,
    failing_since: failing_since?.toISOString() ?? null,
    set_at: set_at.toISOString(),
    waiting,
    dead,
    secrets: row.secrets
      .filter(({ until }) => until === null || now < Date.parse(until))
      .map((each) => ({ ends_with: each.secret.slice(-4), valid_until: each.until })),
    ...(secret !== undefined && { secret }),
  };
}

export const DeliveryView = Type.Object({
  event_id: Type.String(),
  receipt_id: Type.String(),
  status: Type.Enum(['WAITING', 'DEAD']),
  attempts: Type.Integer(),
  created_at: Time,
  next_attempt_at: orNull(Time),
  dead_at: orNull(Time),
  last_error: orNull(Type.String()),
});

export function deliveryView({
  event_id,
  receipt,
  attempts,
  created_at,
  due_at,
  dead_at,
  last_error,
}: DeliveryRow) {
  return {
    event_id,
    receipt_id: receipt,
    status: dead_at === null ? ('WAITING' as const) : ('DEAD' as const),
    attempts,
    created_at: created_at.toISOString(),
    next_attempt_at: dead_at === null ? due_at.toISOString() : null,
    dead_at: dead_at?.toISOString() ?? null,
    last_error,
  };
}
