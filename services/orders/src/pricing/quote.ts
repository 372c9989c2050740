import type { Instant } from '@dabba/contracts';
import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { type Point, zoneOf } from '../offer/delivery.ts';
import { faulty } from '../offer/faulty.ts';
import { isOpenAt } from '../offer/hours.ts';
import type { Offer } from '../offer/offer.ts';
import type { Placed, Quoted } from '../order/order.ts';
import { slotAt } from '../slot/slot.ts';
import { type Discount, discountOf } from './discount.ts';
import { linesOf, type WishedItem } from './lines.ts';
import { priceOf } from './price.ts';
import { readyAt } from './ready.ts';

/** What somebody wants, in whichever form it was said. */
export interface Wish {
  orderId: string;
  customerId: string | null;
  /** Where it was said: it must be the outlet's. */
  vendorId: string | undefined;
  kind: 'STORE' | 'TRUCK' | undefined;
  source: Placed['source'];
  fulfilment: Placed['fulfilment'];
  deliverTo: Point | null;
  items: readonly WishedItem[];
  pickupAt: Instant | null;
  /** Whole percent. */
  tipPercentage: number | null;
  useSubsidy: boolean;
  /** Off the price, by whoever runs the vendor; null: nothing. */
  discount: Discount | null;
  paymentMethod: string | null;
  confirms: Placed['confirms'];
  cartId: string | null;
}

const minute = 60_000;
/** How far ahead something can be wanted, and how late a wish may come in. */
const ahead = 14 * 24 * 60 * minute;
const late = minute;

/** A wish priced once and for all, or why it cannot be had. Pure. @param currency of the metro */
export function quote(wish: Wish, offer: Offer, currency: string, now: Instant): Quoted | Refusal {
  const { vendor, outlet, tax, busyUntil } = offer;
  if (wish.vendorId !== undefined && wish.vendorId !== outlet.vendorId)
    return faulty('outlet-unknown', '#/vendor_id', `${outlet.outletId} is not of ${wish.vendorId}`);
  if (wish.kind !== undefined && outlet.kind !== 'UNKNOWN' && wish.kind !== outlet.kind)
    return faulty(
      'outlet-unknown',
      `#/${wish.kind.toLowerCase()}_id`,
      `${outlet.outletId} is no ${wish.kind}`,
    );
  if (!vendor.approved) return refuse(409, 'vendor-closed', `${vendor.name} does not sell at the moment`);
  if (tax === null) return refuse(409, 'outlet-closed', `${outlet.name} has no tax rate yet`);
  const when = faultOfTime(wish.pickupAt, outlet, now);
  if (when) return when;
  const lines = linesOf(offer, wish.items, currency);
  if (isRefusal(lines)) return lines;
  const subtotal = lines.reduce((sum, { total }) => sum + total, 0);
  const deliveryFee = feeOf(wish, outlet, subtotal);
  if (isRefusal(deliveryFee)) return deliveryFee;
  const { ratePpm: taxRatePpm, jurisdiction: taxJurisdiction } = tax;
  const { tipPercentage, pickupAt } = wish;
  const terms = { currency, taxRatePpm, tipPercentage, deliveryFee };
  const discount = discountOf(wish.discount, lines, terms);
  if (isRefusal(discount)) return discount;
  const price = priceOf(lines, { ...terms, discount });
  const { orderId, customerId, source, fulfilment, useSubsidy, paymentMethod, confirms, cartId } = wish;
  return {
    ...{ orderId, customerId, vendorId: vendor.vendorId, vendorName: vendor.name, outletId: outlet.outletId },
    ...{ source, fulfilment, lines, currency, ...price, taxRatePpm, taxJurisdiction, tipPercentage },
    discountReason: wish.discount?.reason ?? null,
    ...{ useSubsidy, paymentMethod, confirms, cartId, pickupAt, autoAccept: vendor.autoAccept },
    slot: pickupAt === null ? null : slotAt(outlet, pickupAt),
    estimatedReady: readyAt(lines, { now, busyUntil, pickupAt }),
    tracked: lines.some(({ stock }) => stock.length > 0),
    placedAt: now,
  };
}

/** Why nothing can be had then; undefined where it can. */
export function faultOfTime(
  pickupAt: Instant | null,
  outlet: Offer['outlet'],
  now: Instant,
): Refusal | undefined {
  const at = '#/pickup_time';
  if (pickupAt !== null && pickupAt < now - late) return faulty('pickup-time', at, 'That time is over');
  if (pickupAt !== null && pickupAt > now + ahead) return faulty('pickup-time', at, 'That is too far ahead');
  return isOpenAt(outlet, pickupAt ?? now)
    ? undefined
    : refuse(409, 'outlet-closed', `${outlet.name} is closed ${pickupAt === null ? 'now' : 'then'}`);
}

function feeOf(
  { fulfilment, deliverTo }: Wish,
  { delivery, name }: Offer['outlet'],
  subtotal: number,
): number | Refusal {
  if (fulfilment !== 'DELIVERY')
    return deliverTo === null ? 0 : faulty('not-delivered', '#/deliver_to', 'Only a delivery goes somewhere');
  if (deliverTo === null) return faulty('not-delivered', '#/deliver_to', 'Say where it is to be delivered');
  const zone = zoneOf(delivery, deliverTo);
  if (!zone) return faulty('not-delivered', '#/deliver_to', `${name} does not deliver there`, 409);
  if (subtotal < zone.minimum)
    return refuse(409, 'below-minimum', `${name} delivers there from ${zone.minimum / 100} on`);
  return zone.fee;
}
