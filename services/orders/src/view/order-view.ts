import type { Intent } from '../neighbours/payments.ts';
import type { Outlet } from '../offer/offer.ts';
import { paymentIdOf } from '../order/ids.ts';
import type { Order } from '../order/order.ts';
import type { Notes } from '../place/notes.ts';
import { spread } from '../pricing/discount.ts';
import { decimal } from './decimal.ts';
import { refundViews } from './refund-view.ts';
import type { OrderView } from './schemas.ts';

export interface Beside {
  /** Where it is made, as the catalog says now. */
  outlet?: Pick<Outlet, 'kind' | 'name' | 'latitude' | 'longitude' | 'campus'> | undefined;
  /** What payments told; amounts in minor units. */
  paid?: { status: string; subsidy: number; refunded: number } | undefined;
  intent?: Intent | undefined;
  notes?: Notes | undefined;
}

/** S2-ORD-02: the total is what is left to pay when the company has paid its part. */
export function orderView(order: NonNullable<Order>, { outlet, paid, intent, notes }: Beside): OrderView {
  const subsidy = order.payment?.subsidy ?? paid?.subsidy ?? 0;
  const { clientSecret, provider } = intent ?? {};
  return {
    id: order.orderId,
    status: order.status,
    vendor: { id: order.vendorId, name: order.vendorName },
    ...placeOf(order.outletId, outlet),
    order_source: order.source,
    fulfilment: order.fulfilment,
    items: lineViews(order, notes?.lines),
    currency: order.currency,
    subtotal: decimal(order.subtotal),
    tax: decimal(order.tax),
    tip: decimal(order.tip),
    delivery_fee: decimal(order.deliveryFee),
    discount: decimal(order.discount),
    ...(order.discountReason !== null && { discount_reason: order.discountReason }),
    meal_subsidy_applied: decimal(subsidy),
    total: decimal(order.total - subsidy),
    pickup_time: order.pickupAt === null ? null : new Date(order.pickupAt).toISOString(),
    estimated_ready: new Date(order.estimatedReady).toISOString(),
    ...(notes && { special_requests: notes.special_requests }),
    ...(notes?.deliver_to && { deliver_to: notes.deliver_to }),
    payment: {
      id: paymentIdOf(order.orderId),
      status: intent?.status ?? paid?.status ?? (order.payment ? 'SUCCEEDED' : 'PENDING'),
      ...(provider !== undefined && { provider }),
      ...(clientSecret && { client_secret: clientSecret }),
      ...(paid && paid.refunded > 0 && { refunded: decimal(paid.refunded) }),
    },
    ...refundViews(order.refunds),
    ...(order.cancelled && {
      cancelled: { ...order.cancelled, at: new Date(order.cancelled.at).toISOString() },
    }),
    created_at: new Date(order.placedAt).toISOString(),
  };
}

function placeOf(id: string, outlet: Beside['outlet']): Pick<OrderView, 'truck' | 'store'> {
  const { latitude = null, longitude = null, campus = null } = outlet ?? {};
  const place = { id, ...(outlet && { name: outlet.name }), location: { latitude, longitude, campus } };
  return outlet?.kind === 'STORE' ? { store: place } : { truck: place };
}

/** @param notes line → what is wished of it, in the customer's own words */
export function lineViews(
  { discount, lines }: Pick<NonNullable<Order>, 'discount' | 'lines'>,
  notes?: Notes['lines'],
): OrderView['items'] {
  return spread(discount, lines).map((line) => lineView(line, notes?.[line.lineId]));
}

type Line = NonNullable<Order>['lines'][number] & { discount: number };

function lineView(line: Line, note: string | undefined): OrderView['items'][number] {
  return {
    id: line.lineId,
    menu_item_id: line.itemId,
    name: line.name,
    quantity: line.quantity,
    unit_price: decimal(line.unitPrice),
    total: decimal(line.total),
    ...(line.discount > 0 && { discount: decimal(line.discount) }),
    ...(line.choices.length > 0 && { customizations: customizationsOf(line.choices) }),
    ...(note !== undefined && { special_requests: note }),
  };
}

/** As they were asked for: one as itself, several as a list. */
export function customizationsOf(choices: readonly { modifierId: string; optionId: string }[]) {
  const grouped = new Map<string, string[]>();
  for (const { modifierId, optionId } of choices)
    grouped.set(modifierId, [...(grouped.get(modifierId) ?? []), optionId]);
  return Object.fromEntries(
    [...grouped].map(([modifier, options]) => [
      modifier,
      options.length === 1 ? (options[0] ?? '') : options,
    ]),
  );
}
