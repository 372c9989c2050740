/** The payment of an order has the order's own uuid, so that asking twice is asking for the same. */
export function paymentIdOf(orderId: string): string {
  return `pay_${orderId.replace(/^ord_/, '')}`;
}
