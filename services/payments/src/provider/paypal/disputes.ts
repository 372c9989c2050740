import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { SeenDispute } from '../port.ts';
import type { Call } from './call.ts';
import { minorOf } from './money.ts';

const Listed = Type.Object({ items: Type.Array(Type.Object({ dispute_id: Type.String() })) });
const Dispute = Type.Object({
  dispute_id: Type.String(),
  reason: Type.Optional(Type.String()),
  dispute_amount: Type.Object({ currency_code: Type.String(), value: Type.String() }),
  seller_response_due_date: Type.Optional(Type.String()),
  dispute_outcome: Type.Optional(Type.Object({ outcome_code: Type.Optional(Type.String()) })),
});

/** One whose outcome we have not heard of yet stays open, for people to look at. */
const ends: Readonly<Record<string, SeenDispute['status']>> = {
  RESOLVED_SELLER_FAVOUR: 'WON',
  RESOLVED_WITH_PAYOUT: 'WON',
  CANCELED_BY_BUYER: 'WON',
  DENIED: 'WON',
  RESOLVED_BUYER_FAVOUR: 'LOST',
  ACCEPTED: 'LOST',
};

/** The disputes of a capture; how one ended is not in the list. */
export async function disputesOf(call: Call, captureId: string): Promise<SeenDispute[]> {
  const about = new URLSearchParams({ disputed_transaction_id: captureId, page_size: '50' });
  const { items } = Value.Parse(
    Listed,
    await call({ method: 'GET', path: `/v1/customer/disputes?${about}` }),
  );
  return Promise.all(
    items.map(async ({ dispute_id }) => {
      const path = `/v1/customer/disputes/${encodeURIComponent(dispute_id)}`;
      const dispute = Value.Parse(Dispute, await call({ method: 'GET', path }));
      const due = dispute.seller_response_due_date;
      return {
        id: dispute_id,
        amount: minorOf(dispute.dispute_amount),
        reason: dispute.reason ?? 'OTHER',
        status: ends[dispute.dispute_outcome?.outcome_code ?? ''] ?? 'OPEN',
        evidenceBy: due === undefined ? null : Date.parse(due),
      };
    }),
  );
}
