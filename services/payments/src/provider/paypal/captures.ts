import { keepNewest } from '@dabba/event-store';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Call } from './call.ts';
import { isMissing } from './errors.ts';

const Capture = Type.Object({
  supplementary_data: Type.Optional(
    Type.Object({ related_ids: Type.Optional(Type.Object({ order_id: Type.Optional(Type.String()) })) }),
  ),
});

/** Of which order a capture is; undefined: of none we can see. What reports and refunds know is the capture alone. */
export function ordersOfCaptures(
  call: Call,
  most = 10_000,
): (captureId: string) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (captureId) => {
    const found = known.get(captureId);
    if (found !== undefined) return found;
    try {
      const answer = await call({
        method: 'GET',
        path: `/v2/payments/captures/${encodeURIComponent(captureId)}`,
      });
      const order = Value.Parse(Capture, answer).supplementary_data?.related_ids?.order_id;
      if (order === undefined) return undefined;
      keepNewest(known, captureId, order, most);
      return order;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
}
