import type { Instant } from '@dabba/contracts';
import type { StreamRef, TaskRequest, UnitOfWork } from '@dabba/event-store';
import type { Order, OrderEvent } from './order.ts';

/** Milliseconds an order waits for what may never come. */
export interface Patience {
  /** For inventory's word; from then on its payment is asked for without (S4-SVC-14). */
  stock: number;
  /** For the money, from the moment it is asked for. */
  payment: number;
  /** On top, for payments to give it up itself. */
  paymentGrace: number;
  /** For a vendor who does not accept by itself. */
  acceptance: number;
  /** From the counter to completion. */
  completion: number;
}

export type TimerName = 'stock' | 'payment' | 'acceptance' | 'completion';

export interface OrderTimer {
  orderId: string;
  metro: string;
  timer: TimerName;
}

/** An order waits for one thing at a time: a timer takes the place of the one before. */
function orderTimer(timer: OrderTimer, runAt: Instant): TaskRequest {
  return { ...noTimer(timer), payload: { ...timer }, runAt };
}

function noTimer({ orderId }: Pick<OrderTimer, 'orderId'>) {
  return { task: 'order-timer', key: `order-timer:${orderId}`, payload: {} };
}

/** Gives back its part of a pickup slot, whoever cancelled it. */
function slotRelease(orderId: string, metro: string, outletId: string, slot: Instant): TaskRequest {
  return {
    task: 'free-slot',
    key: `free-slot:${orderId}:${slot}`,
    payload: { orderId, metro, outletId, slot },
  };
}

/** Everything that has to happen by itself after these events. Pure. @param order as it is after them */
export function consequencesOf(
  order: NonNullable<Order>,
  events: readonly OrderEvent[],
  metro: string,
  patience: Patience,
): readonly TaskRequest[] {
  const { orderId, outletId, slot } = order;
  const timer = (name: TimerName, at: Instant) => orderTimer({ orderId, metro, timer: name }, at);
  const none: TaskRequest = { ...noTimer({ orderId }), cancel: true };
  return events.flatMap(({ type, data }): TaskRequest[] => {
    switch (type) {
      case 'OrderPlaced':
        return data.tracked ? [timer('stock', data.placedAt + patience.stock)] : [];
      case 'OrderPaymentRequested':
        return [timer('payment', data.payBy + patience.paymentGrace)];
      case 'OrderPaid':
        return [order.autoAccept ? none : timer('acceptance', data.paidAt + patience.acceptance)];
      case 'OrderConfirmed':
        return order.autoAccept ? [] : [none];
      case 'OrderPickedUp':
        return [timer('completion', data.at + patience.completion)];
      case 'OrderCancelled':
        return [none, ...(slot === null ? [] : [slotRelease(orderId, metro, outletId, slot)])];
      default:
        return [];
    }
  });
}

/** Appends to an order and enqueues what follows, in one transaction. */
export function record(
  unit: UnitOfWork,
  ref: StreamRef<Order, OrderEvent>,
  events: readonly OrderEvent[],
  patience: Patience,
): Order {
  if (events.length === 0) return unit.load(ref).state;
  const order = unit.append(ref, events);
  if (order === null) return order;
  for (const task of consequencesOf(order, events, ref.metro, patience)) unit.enqueue(task);
  return order;
}
