import type { Events } from '@dabba/contracts';

/** Millionths as a percentage: 85,000 is `8.5`. */
function percent(ppm: number): string {
  return String(ppm / 10_000);
}

/**
 * A completed order as a document of the type `dabba-order-sale` (X-20, S2-ORD-03), the same bytes for the same event. Its number is the
 * order's id. Who ordered is not in it, nor what they wrote or where it was brought.
 */
export function orderDocument(order: Events['OrderCompleted'], metro: string): string {
  const { orderId, outletId, vendorId, fulfilment, currency, subtotal, tip, discount, total } = order;
  return JSON.stringify({
    document: 'dabba_order_sale',
    order_id: orderId,
    sold_at: new Date(order.completedAt).toISOString(),
    metro,
    outlet_id: outletId,
    seller_id: vendorId,
    fulfilment,
    lines: order.lines.map(({ lineId, itemId, itemVersion, name, quantity, unitPrice, total: amount }) => ({
      line_id: lineId,
      item_id: itemId,
      item_version: itemVersion,
      name,
      quantity,
      unit_price: unitPrice,
      amount,
    })),
    currency,
    subtotal,
    tax: {
      jurisdiction: order.taxJurisdiction,
      rate_percent: percent(order.taxRatePpm),
      ...(order.taxable !== null && { taxable: order.taxable }),
      amount: order.tax,
    },
    tip,
    delivery_fee: order.deliveryFee,
    discount,
    total,
    paid: { by_company: order.subsidy, by_customer: order.captured, payment_id: order.paymentId },
  });
}
