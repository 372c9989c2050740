import type { Type } from 'typebox';
import type { Refund, Refunds } from '../order/refunds.ts';
import { decimal } from './decimal.ts';
import type { RefundView } from './schemas.ts';

/** What went to whom is known once it has gone back. */
export function refundView(id: string, refund: Refund | undefined): Type.Static<typeof RefundView> {
  if (!refund) throw new Error(`No refund ${id}`);
  const { status, total, amount, subsidy, reason, at } = refund;
  return {
    ...{ id, status, amount: decimal(total), reason, at: new Date(at).toISOString() },
    ...(status === 'SUCCEEDED' && { to_customer: decimal(amount), to_company: decimal(subsidy) }),
  };
}

/** A member of an order, where there is anything to show. */
export function refundViews(refunds: Refunds): { refunds?: Type.Static<typeof RefundView>[] } {
  const views = Object.entries(refunds).map(([id, refund]) => refundView(id, refund));
  return views.length > 0 ? { refunds: views } : {};
}
