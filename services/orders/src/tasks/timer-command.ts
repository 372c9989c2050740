import type { Instant } from '@dabba/contracts';
import type { Patience, TimerName } from '../order/consequences.ts';
import type { OrderCommand } from '../order/decide.ts';
import type { Order } from '../order/order.ts';

/** What a timer that has run out says to an order; undefined where it has nothing to say any more. Pure. */
export function commandOf(
  timer: TimerName,
  order: NonNullable<Order>,
  patience: Patience,
  now: Instant,
): OrderCommand | undefined {
  switch (timer) {
    case 'stock':
      return order.payBy === null && order.status === 'PENDING'
        ? { do: 'ask-payment', reserved: false, payWithin: patience.payment, now }
        : undefined;
    case 'payment':
      return order.status === 'PENDING'
        ? { do: 'cancel', reason: 'PAYMENT_TIMED_OUT', detail: null, now }
        : undefined;
    case 'acceptance':
      return order.status === 'PAID' ? { do: 'cancel', reason: 'TIMED_OUT', detail: null, now } : undefined;
    case 'completion':
      return order.status === 'PICKED_UP' ? { do: 'turn', to: 'COMPLETED', now } : undefined;
    default:
      return timer satisfies never;
  }
}
