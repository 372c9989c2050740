import type { Instant } from '@dabba/contracts';
import { Problem } from '@dabba/service-kit';
import { Type } from 'typebox';

/** Query parameter of what can be asked of the past. */
export const AsOf = Type.Optional(
  Type.String({
    format: 'date-time',
    description: 'The instant that is asked about; now where it is left out',
  }),
);

/** @throws Problem 400 for an instant nobody's clock shows, 422 `as-of-in-the-future` */
export function instantOf(asOf: string | undefined, now: Instant): Instant {
  if (asOf === undefined) return now;
  const at = Date.parse(asOf);
  const fault = (detail: string) => [{ in: 'query' as const, pointer: '#/as_of', detail }];
  if (!Number.isFinite(at))
    throw new Problem({
      status: 400,
      code: 'invalid-request',
      detail: 'as_of is no instant',
      errors: fault('is no instant'),
    });
  if (at > now)
    throw new Problem({
      status: 422,
      code: 'as-of-in-the-future',
      detail: 'Nobody knows that yet',
      errors: fault('lies in the future'),
    });
  return at;
}
