import type { Instant } from '@dabba/contracts';
import { defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';
import type { OrderStatus } from '../order/order.ts';
import type { Refunds } from '../order/refunds.ts';
import { listedRefunds, listRefund, refundsOf } from './listed-refunds.ts';

/** An order as lists show it; amounts in minor units, as Postgres gives a bigint. */
export interface ListedOrder {
  order_id: string;
  customer_id: string | null;
  vendor_id: string;
  vendor_name: string;
  outlet_id: string;
  metro: string;
  source: string;
  fulfilment: string;
  status: OrderStatus;
  items: number;
  total: string;
  currency: string;
  pickup_at: Date | null;
  estimated_ready: Date;
  placed_at: Date;
  since: Date;
}

export const orderList = defineReadModel({
  name: 'order-list',
  topics: ['orders'],
  tables: {
    order_list: {
      kind: 'rows',
      key: ['order_id'],
      create(table) {
        table.text('order_id').primary();
        table.text('customer_id');
        table.text('vendor_id').notNullable();
        table.text('vendor_name').notNullable();
        table.text('outlet_id').notNullable();
        table.text('metro').notNullable();
        table.text('source').notNullable();
        table.text('fulfilment').notNullable();
        table.text('status').notNullable();
        table.integer('items').notNullable();
        table.bigInteger('total').notNullable();
        table.text('currency').notNullable();
        table.timestamp('pickup_at');
        table.timestamp('estimated_ready').notNullable();
        table.timestamp('placed_at').notNullable();
        table.timestamp('since').notNullable();
        table.index(['customer_id', 'order_id']);
        table.index(['vendor_id', 'status', 'order_id']);
      },
    },
    listed_refunds: listedRefunds,
  },
  on: {
    OrderPlaced({ data, meta: { metro } }, rows) {
      const { orderId, customerId, vendorId, vendorName, outletId, source, fulfilment, lines } = data;
      const { total, currency, pickupAt, estimatedReady, placedAt } = data;
      rows.put('order_list', {
        ...{ order_id: orderId, customer_id: customerId, vendor_id: vendorId, vendor_name: vendorName },
        ...{ outlet_id: outletId, metro, source, fulfilment, status: 'PENDING', total, currency },
        items: lines.reduce((sum, { quantity }) => sum + quantity, 0),
        pickup_at: pickupAt === null ? null : new Date(pickupAt),
        estimated_ready: new Date(estimatedReady),
        placed_at: new Date(placedAt),
        since: new Date(placedAt),
      });
    },
    OrderChanged({ data: { orderId: order_id, total, pickupAt, estimatedReady } }, rows) {
      const pickup_at = pickupAt === null ? null : new Date(pickupAt);
      rows.patch('order_list', { order_id }, { total, pickup_at, estimated_ready: new Date(estimatedReady) });
    },
    OrderEstimated: ({ data: { orderId: order_id, estimatedReady } }, rows) =>
      rows.patch('order_list', { order_id }, { estimated_ready: new Date(estimatedReady) }),
    OrderPaid: ({ data: { orderId, paidAt } }, rows) => turn(rows, orderId, 'PAID', paidAt),
    OrderConfirmed: ({ data: { orderId, confirmedAt } }, rows) =>
      turn(rows, orderId, 'CONFIRMED', confirmedAt),
    OrderPreparing: ({ data: { orderId, at } }, rows) => turn(rows, orderId, 'PREPARING', at),
    OrderReady: ({ data: { orderId, at } }, rows) => turn(rows, orderId, 'READY', at),
    OrderPickedUp: ({ data: { orderId, at } }, rows) => turn(rows, orderId, 'PICKED_UP', at),
    OrderOutForDelivery: ({ data: { orderId, at } }, rows) => turn(rows, orderId, 'OUT_FOR_DELIVERY', at),
    OrderCompleted: ({ data: { orderId, completedAt } }, rows) =>
      turn(rows, orderId, 'COMPLETED', completedAt),
    OrderCancelled: ({ data: { orderId, cancelledAt } }, rows) =>
      turn(rows, orderId, 'CANCELLED', cancelledAt),
    OrderRefundRequested: listRefund,
    OrderRefunded: listRefund,
    OrderRefundFailed: listRefund,
  },
});

function turn(
  rows: Rows<'order_list' | 'listed_refunds'>,
  order_id: string,
  status: OrderStatus,
  at: Instant,
): void {
  rows.patch('order_list', { order_id }, { status, since: new Date(at) });
}

export interface OrderFilter {
  customerId?: string;
  vendorId?: string;
  metro?: string;
  outletId?: string;
  status?: readonly string[];
  /** Order ids after this one, newest first. */
  after?: string;
  limit: number;
}

export async function listOrders(
  db: Knex,
  filter: OrderFilter,
): Promise<(ListedOrder & { refunds: Refunds })[]> {
  const { customerId, vendorId, metro, outletId, status, after, limit } = filter;
  const query = db<ListedOrder>('order_list').orderBy('order_id', 'desc').limit(limit);
  if (customerId !== undefined) query.where('customer_id', customerId);
  if (vendorId !== undefined) query.where('vendor_id', vendorId);
  if (metro !== undefined) query.where('metro', metro);
  if (outletId !== undefined) query.where('outlet_id', outletId);
  if (status !== undefined) query.whereIn('status', [...status]);
  if (after !== undefined) query.where('order_id', '<', after);
  const found = await query.select('*');
  const refunds = await refundsOf(
    db,
    found.map(({ order_id }) => order_id),
  );
  return found.map((row) => ({ ...row, refunds: refunds.get(row.order_id) ?? {} }));
}
