import type { Row, Rows, TableSpec } from '@dabba/projections';
import type { Knex } from 'knex';
import { type Refund, type RefundEvent, type Refunds, refundsAfter } from '../order/refunds.ts';

/** A refund as lists show it; amounts in minor units, as Postgres gives a bigint. */
interface ListedRefund {
  order_id: string;
  refund_id: string;
  status: Refund['status'];
  total: string;
  amount: string;
  subsidy: string;
  tax: string;
  reason: string | null;
  at: Date;
}

export const listedRefunds: TableSpec = {
  kind: 'rows',
  key: ['order_id', 'refund_id'],
  create(table) {
    table.text('order_id').notNullable();
    table.text('refund_id').notNullable();
    table.text('status').notNullable();
    for (const column of ['total', 'amount', 'subsidy', 'tax']) table.bigInteger(column).notNullable();
    table.text('reason');
    table.timestamp('at').notNullable();
    table.primary(['order_id', 'refund_id']);
  },
};

/** Folds as the order itself does. */
export function listRefund(event: RefundEvent, rows: Rows<'listed_refunds'>): void {
  const { orderId: order_id, refundId: refund_id } = event.data;
  const key = { order_id, refund_id };
  rows.change('listed_refunds', key, (row) => {
    const after = refundsAfter(row ? { [refund_id]: refundOf(row) } : {}, event)[refund_id];
    return after && { ...key, ...after, at: new Date(after.at) };
  });
}

/** @returns refunds of each of these orders that has any, in the order of their ids */
export async function refundsOf(
  db: Knex,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Refunds>> {
  const found = await db<ListedRefund>('listed_refunds')
    .whereIn('order_id', [...orderIds])
    .orderBy('refund_id')
    .select('*');
  const refunds = new Map<string, Refunds>();
  for (const { order_id, refund_id, ...row } of found)
    refunds.set(order_id, { ...refunds.get(order_id), [refund_id]: refundOf(row) });
  return refunds;
}

function refundOf({
  status,
  reason,
  at,
  ...row
}: Row | Omit<ListedRefund, 'order_id' | 'refund_id'>): Refund {
  const amounts = { total: Number(row.total), amount: Number(row.amount), subsidy: Number(row.subsidy) };
  return {
    status: status === 'SUCCEEDED' || status === 'FAILED' ? status : 'REQUESTED',
    ...{ ...amounts, tax: Number(row.tax) },
    reason: typeof reason === 'string' ? reason : null,
    at: at instanceof Date ? at.getTime() : Number(at),
  };
}
