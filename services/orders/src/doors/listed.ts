import { Type } from 'typebox';
import { goneBack, type Refunds } from '../order/refunds.ts';
import { transitions } from '../order/transitions.ts';
import type { Notes } from '../place/notes.ts';
import type { ListedOrder } from '../read-models/order-list.ts';
import { decimal } from '../view/decimal.ts';
import { refundViews } from '../view/refund-view.ts';
import { Amount, orNull, RefundView, Time } from '../view/schemas.ts';

export const Status = Type.Enum(Object.keys(transitions));

export const ListedView = Type.Object({
  id: Type.String(),
  status: Type.String(),
  vendor: Type.Object({ id: Type.String(), name: Type.String() }),
  outlet_id: Type.String(),
  order_source: Type.String(),
  fulfilment: Type.String(),
  item_count: Type.Integer(),
  total: Amount,
  refunded: Type.Number({
    description: 'What has gone back or is on its way, to the customer and the company',
  }),
  refunds: Type.Optional(Type.Array(RefundView)),
  currency: Type.String(),
  pickup_time: orNull(Time),
  estimated_ready: Time,
  created_at: Time,
  updated_at: Time,
});

/** What is wished, which no event tells those who make it. */
export const WishesView = Type.Object({
  special_requests: Type.Optional(Type.String()),
  item_requests: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Line of the order → what is wished of it' }),
  ),
});

/** As those who make it see it. */
export const QueuedView = Type.Object({ ...ListedView.properties, ...WishesView.properties });

export function wishesView(notes: Notes | undefined): Type.Static<typeof WishesView> {
  const { special_requests = null, lines = null } = notes ?? {};
  return {
    ...(special_requests !== null && { special_requests }),
    ...(lines !== null && { item_requests: { ...lines } }),
  };
}

export function queuedView(
  row: Parameters<typeof listedView>[0],
  notes: Notes | undefined,
): Type.Static<typeof QueuedView> {
  return { ...listedView(row), ...wishesView(notes) };
}

/** The total of a list is before any subsidy. */
export function listedView(row: ListedOrder & { refunds: Refunds }): Type.Static<typeof ListedView> {
  return {
    id: row.order_id,
    status: row.status,
    vendor: { id: row.vendor_id, name: row.vendor_name },
    outlet_id: row.outlet_id,
    order_source: row.source,
    fulfilment: row.fulfilment,
    item_count: row.items,
    total: decimal(Number(row.total)),
    refunded: decimal(goneBack(row.refunds)),
    ...refundViews(row.refunds),
    currency: row.currency,
    pickup_time: row.pickup_at?.toISOString() ?? null,
    estimated_ready: row.estimated_ready.toISOString(),
    created_at: row.placed_at.toISOString(),
    updated_at: row.since.toISOString(),
  };
}
