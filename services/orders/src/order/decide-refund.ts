import { type Instant, money, share } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Order, OrderEvent } from './order.ts';
import { goneBack, refundsDone } from './refunds.ts';

export type RefundCommand = {
  refundId: string;
  now: Instant;
} /** `total` left out: all there is left; minor units. */ & (
  | { do: 'refund'; total?: number; reason: string }
  /** Payments has given this back, whoever asked for it. */
  | { do: 'refunded'; amount: number; subsidy: number }
  /** Payments has not, or no longer. @param amount what has not gone back */
  | { do: 'refund-failed'; amount: number; code: string; reversed: boolean }
);

/**
 * What was paid goes back in parts, with the company's share as a part of it, and never more than was paid. Payments has the last word, since
 * a bank may have taken some of it back already.
 */
export function decideRefund(
  order: NonNullable<Order>,
  command: RefundCommand,
): readonly OrderEvent[] | Refusal {
  const { orderId, payment, refunds, status } = order;
  const { refundId, now } = command;
  const known = refunds[refundId];
  switch (command.do) {
    case 'refund': {
      if (known) return [];
      if (payment === null)
        return refuse(409, 'order-not-paid', 'Nothing was paid for it', { order_status: status });
      if (status === 'CANCELLED')
        return refuse(409, 'order-state', 'All of a cancelled order goes back by itself', {
          order_status: status,
        });
      const left = payment.captured + payment.subsidy - goneBack(refunds);
      if (left <= 0) return refuse(409, 'nothing-to-refund', 'All of it has gone back, or is on its way');
      const { total = left, reason } = command;
      if (total > left)
        return refuse(409, 'refund-too-large', 'More than there is left of what was paid', {
          left: left / 100,
        });
      const { customerId, vendorId, currency } = order;
      const about = { orderId, refundId, customerId, vendorId, paymentId: payment.paymentId };
      return [
        { type: 'OrderRefundRequested', data: { ...about, total, currency, reason, requestedAt: now } },
      ];
    }
    case 'refunded': {
      if (payment === null || known?.status === 'SUCCEEDED') return [];
      // What a cancelled order gives back by itself has no receipt to correct.
      if (status === 'CANCELLED' && !known) return [];
      const { customerId, vendorId, outletId, taxJurisdiction, currency } = order;
      const { amount, subsidy } = command;
      const { paymentId } = payment;
      return [
        {
          type: 'OrderRefunded',
          data: {
            ...{ orderId, refundId, customerId, vendorId, outletId, paymentId, amount, subsidy },
            ...{ tax: taxIn(order, payment, amount + subsidy), taxJurisdiction, currency },
            ...{ reason: known?.reason ?? null, afterCompletion: status === 'COMPLETED', refundedAt: now },
          },
        },
      ];
    }
    case 'refund-failed': {
      if (!known || known.status === 'FAILED') return [];
      const { amount, code, reversed } = command;
      return [
        { type: 'OrderRefundFailed', data: { orderId, refundId, amount, code, reversed, failedAt: now } },
      ];
    }
    default:
      return command satisfies never;
  }
}

/** Its share of the order's tax, so that all parts together have the share of their sum, to the cent. */
function taxIn(
  { tax, refunds }: NonNullable<Order>,
  { captured, subsidy }: { captured: number; subsidy: number },
  total: number,
): number {
  const paid = captured + subsidy;
  if (paid === 0) return 0;
  const before = refundsDone(refunds);
  const back = before.reduce((sum, refund) => sum + refund.total, total);
  const taxed = before.reduce((sum, refund) => sum + refund.tax, 0);
  return Math.max(0, share(money(tax, ''), Math.min(back, paid), paid).amount - taxed);
}
