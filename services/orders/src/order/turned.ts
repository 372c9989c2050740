import type { Instant } from '@dabba/contracts';
import { taxableOf } from '../pricing/price.ts';
import type { Order, OrderEvent, OrderStatus } from './order.ts';
import { refundsDone } from './refunds.ts';

/** The event of an order getting this status, which the caller has found lawful. */
export function turned(order: NonNullable<Order>, to: OrderStatus, at: Instant): OrderEvent {
  const { orderId, customerId } = order;
  const data = { orderId, customerId, at };
  switch (to) {
    case 'CONFIRMED': {
      const { vendorId, vendorName, outletId, fulfilment, lines, total, currency, pickupAt, estimatedReady } =
        order;
      const about = {
        vendorId,
        vendorName,
        outletId,
        fulfilment,
        lines,
        total,
        currency,
        pickupAt,
        estimatedReady,
      };
      return { type: 'OrderConfirmed', data: { orderId, customerId, ...about, confirmedAt: at } };
    }
    case 'PREPARING':
      return { type: 'OrderPreparing', data };
    case 'READY':
      return { type: 'OrderReady', data };
    case 'PICKED_UP':
      return { type: 'OrderPickedUp', data };
    case 'OUT_FOR_DELIVERY':
      return { type: 'OrderOutForDelivery', data };
    case 'COMPLETED':
      return completed(order, at);
    case 'PENDING':
    case 'PAID':
    case 'CANCELLED':
      throw new Error(`An order is not simply turned to ${to}`);
    default:
      return to satisfies never;
  }
}

function completed(order: NonNullable<Order>, completedAt: Instant): OrderEvent {
  if (order.payment === null) throw new Error(`The order ${order.orderId} was never paid`);
  const { captured, subsidy, paymentId } = order.payment;
  const { orderId, customerId, vendorId, vendorName, outletId, source, fulfilment, lines, currency } = order;
  const { subtotal, taxRatePpm, taxJurisdiction, tax, tip, deliveryFee, discount, total, placedAt } = order;
  return {
    type: 'OrderCompleted',
    data: {
      ...{ orderId, customerId, vendorId, vendorName, outletId, source, fulfilment, lines, currency },
      ...{ subtotal, taxRatePpm, taxJurisdiction, tax, tip, deliveryFee, discount, total },
      taxable: taxableOf(order),
      ...{ captured, subsidy, paymentId, placedAt, completedAt },
      refunds: refundsDone(order.refunds).map(
        ({ refundId, amount, subsidy: company, tax: taxed, reason, at: refundedAt }) => ({
          ...{ refundId, amount, subsidy: company, tax: taxed, reason, refundedAt },
        }),
      ),
    },
  };
}
