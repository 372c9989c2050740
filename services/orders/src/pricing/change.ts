import type { Instant } from '@dabba/contracts';
import type { Refusal } from '@dabba/event-store';
import type { Offer } from '../offer/offer.ts';
import type { Change } from '../order/change.ts';
import type { Order } from '../order/order.ts';
import { slotAt } from '../slot/slot.ts';
import { tipOf } from './price.ts';
import { faultOfTime } from './quote.ts';
import { readyAt } from './ready.ts';

/** A pending order with another pickup time or tip (S2-ORD-07), its tax as it was placed. Pure. */
export function changeOf(
  order: NonNullable<Order>,
  wanted: { pickupAt?: Instant | null; tipPercentage?: number },
  { outlet, busyUntil }: Pick<Offer, 'outlet' | 'busyUntil'>,
  now: Instant,
): Change | Refusal {
  const { pickupAt = order.pickupAt, tipPercentage = order.tipPercentage } = wanted;
  const later = pickupAt !== order.pickupAt;
  const fault = later ? faultOfTime(pickupAt, outlet, now) : undefined;
  if (fault) return fault;
  const tip = tipOf({ ...order, tipPercentage });
  const total = order.total - order.tip + tip;
  const slot = later ? (pickupAt === null ? null : slotAt(outlet, pickupAt)) : order.slot;
  const estimatedReady = later ? readyAt(order.lines, { now, busyUntil, pickupAt }) : order.estimatedReady;
  return { pickupAt, slot, tip, tipPercentage, total, estimatedReady };
}
