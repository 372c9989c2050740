import type { Event, Instant } from '@dabba/contracts';

export type RefundEvent = Event<'OrderRefundRequested' | 'OrderRefunded' | 'OrderRefundFailed'>;

/** What goes back of an order; minor units. */
export interface Refund {
  status: 'REQUESTED' | 'SUCCEEDED' | 'FAILED';
  /** The customer's and the company's share together, as long as it has not failed. */
  total: number;
  /** Known once it has gone back: to the customer, to the company, and how much of both was tax. */
  amount: number;
  subsidy: number;
  tax: number;
  /** Null: it was not asked for at the order. */
  reason: string | null;
  /** When it got its present status. */
  at: Instant;
}

export type Refunds = Readonly<Record<string, Refund>>;

export function refundsAfter(refunds: Refunds, { type, data }: RefundEvent): Refunds {
  const known = refunds[data.refundId];
  switch (type) {
    case 'OrderRefundRequested': {
      const { refundId, total, reason, requestedAt: at } = data;
      const none = { amount: 0, subsidy: 0, tax: 0 };
      return { ...refunds, [refundId]: { status: 'REQUESTED', total, ...none, reason, at } };
    }
    case 'OrderRefunded': {
      const { refundId, amount, subsidy, tax, reason, refundedAt: at } = data;
      const back = { total: amount + subsidy, amount, subsidy, tax };
      return { ...refunds, [refundId]: { status: 'SUCCEEDED', ...back, reason, at } };
    }
    case 'OrderRefundFailed': {
      if (!known) return refunds;
      const { refundId, amount, failedAt: at } = data;
      const total = Math.max(0, known.total - amount);
      const kept = { ...known, total, amount: 0, tax: 0, subsidy: total };
      return { ...refunds, [refundId]: { ...kept, status: 'FAILED', at } };
    }
    default:
      return type satisfies never;
  }
}

/** What has gone back or is on its way; minor units. */
export function goneBack(refunds: Refunds): number {
  return sumOf(refunds, 'total');
}

/** What has gone back for good, in the order in which it was asked for. */
export function refundsDone(refunds: Refunds): (Refund & { refundId: string })[] {
  return Object.entries(refunds).flatMap(([refundId, refund]) =>
    refund.status === 'SUCCEEDED' ? [{ ...refund, refundId }] : [],
  );
}

export function sumOf(refunds: Refunds, of: 'total' | 'amount' | 'subsidy' | 'tax'): number {
  return Object.values(refunds).reduce((sum, refund) => sum + refund[of], 0);
}
