import type { OrderStatus } from './order.ts';

/** X-01, S2-STM-01: what may become what. What is not here is 409 and no event. */
export const transitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PAID', 'CANCELLED'],
  PAID: ['CONFIRMED', 'CANCELLED'],
  CONFIRMED: ['PREPARING', 'CANCELLED'],
  PREPARING: ['READY', 'CANCELLED'],
  READY: ['PICKED_UP', 'OUT_FOR_DELIVERY'],
  OUT_FOR_DELIVERY: ['COMPLETED'],
  PICKED_UP: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
};

export function mayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return transitions[from].includes(to);
}

/** Statuses a kitchen goes through, in their order. */
const course: readonly OrderStatus[] = ['CONFIRMED', 'PREPARING', 'READY', 'PICKED_UP'];

/**
 * The statuses an order goes through when a kitchen tells of one that it does not know yet, perhaps of none before it;
 * none where it is there already, or where the kitchen has no say.
 */
export function wayTo(from: OrderStatus, to: OrderStatus): readonly OrderStatus[] {
  const begin = course.indexOf(from);
  const end = course.indexOf(to);
  return begin < 0 || end <= begin ? [] : course.slice(begin + 1, end + 1);
}
