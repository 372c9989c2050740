/** A task about one order's reservation. */
export interface OrderPayload {
  orderId: string;
  metro: string;
}

export function parseOrder(payload: unknown): OrderPayload {
  const { orderId, metro }: Record<string, unknown> = { ...Object(payload) };
  if (typeof orderId !== 'string' || typeof metro !== 'string') throw new TypeError('No order');
  return { orderId, metro };
}
