import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Order, OrderEvent, Placed } from './order.ts';

/** What of a pending order may be changed (S2-ORD-07), as it is to be. Amounts in minor units. */
export type Change = Pick<Placed, 'pickupAt' | 'slot' | 'tip' | 'tipPercentage' | 'total' | 'estimatedReady'>;

type Known = NonNullable<Order>;

/**
 * Where a payment is being made already, the tip becomes another once that asks for another sum: so nobody pays anything but what
 * their order costs.
 */
export function change(order: Known, wanted: Change, now: Instant): readonly OrderEvent[] | Refusal {
  const { orderId, customerId, status, tipWish, payBy, payableUntil } = order;
  if (status !== 'PENDING')
    return refuse(409, 'order-state', `An order that is ${status} cannot be changed`, {
      order_status: status,
    });
  const isAsked = (payBy ?? payableUntil) !== null;
  if (wanted.total === order.total || !isAsked) return changed(order, wanted, now);
  if (order.confirms !== 'CLIENT')
    return refuse(409, 'amount-fixed', 'It is being paid: the tip cannot be changed any more');
  // Nobody knows whether payments has asked for it: what the company pays as a whole waits for its stock (ADR 0027).
  if (payBy === null) return refuse(503, 'busy', 'Its stock is being held at this moment');
  const { tip, tipPercentage, total } = wanted;
  const asBefore = { tip: order.tip, tipPercentage: order.tipPercentage, total: order.total };
  const others = changed(order, { ...wanted, ...asBefore }, now);
  if (tipWish?.total === total) return others;
  if (tipWish !== null) return refuse(409, 'tip-changing', 'The tip is being changed at this moment');
  const data = { orderId, customerId, tip, tipPercentage, total, requestedAt: now };
  return [...others, { type: 'OrderTipRequested', data }];
}

/** @param amount what the payment asks for now @param code why that is what it was before; null: it is as was wished */
export function amended(
  order: Known,
  amount: number,
  code: string | null,
  now: Instant,
): readonly OrderEvent[] {
  const { orderId, status, tipWish, pickupAt, slot, estimatedReady } = order;
  if (status !== 'PENDING' || tipWish === null) return [];
  if (code !== null || amount !== tipWish.total)
    return [{ type: 'OrderTipRefused', data: { orderId, code: code ?? 'another-amount', refusedAt: now } }];
  const data = { orderId, pickupAt, slot, estimatedReady, ...tipWish, changedAt: now };
  return [{ type: 'OrderChanged', data }];
}

function changed(order: Known, wanted: Change, now: Instant): readonly OrderEvent[] {
  const same =
    wanted.pickupAt === order.pickupAt &&
    wanted.tip === order.tip &&
    wanted.tipPercentage === order.tipPercentage;
  return same ? [] : [{ type: 'OrderChanged', data: { orderId: order.orderId, ...wanted, changedAt: now } }];
}
