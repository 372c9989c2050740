import type { Events } from '@dabba/contracts';

/** Of `OrderRefunded`, and of what `OrderCompleted` says of refunds before it. */
export type Refunded = Pick<
  Events['OrderRefunded'],
  | 'orderId'
  | 'refundId'
  | 'vendorId'
  | 'outletId'
  | 'paymentId'
  | 'amount'
  | 'subsidy'
  | 'tax'
  | 'taxJurisdiction'
  | 'currency'
  | 'reason'
  | 'refundedAt'
>;

/**
 * What went back of a completed order as a document of the type `dabba-order-refund`, the same bytes for the same refund. Its number is
 * the refund's id. Who got it is not in it.
 */
export function refundDocument(refund: Refunded, metro: string): string {
  const { orderId, refundId, vendorId, outletId, amount, subsidy, currency, reason } = refund;
  return JSON.stringify({
    document: 'dabba_order_refund',
    refund_id: refundId,
    order_id: orderId,
    refunded_at: new Date(refund.refundedAt).toISOString(),
    metro,
    outlet_id: outletId,
    seller_id: vendorId,
    ...(reason !== null && { reason }),
    currency,
    total: amount + subsidy,
    tax: { jurisdiction: refund.taxJurisdiction, included: refund.tax },
    paid_back: { to_company: subsidy, to_customer: amount, payment_id: refund.paymentId },
  });
}
