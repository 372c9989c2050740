import type { Region } from '@dabba/contracts';
import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

const amounts = ['subtotal', 'tax', 'tip', 'delivery_fee', 'discount', 'total', 'subsidy'] as const;
/** What days of sales are added up by. */
export const summed = ['items', ...amounts, 'refunded'] as const;

/** What each completed order came to; minor units. */
export const orderSales = defineReadModel({
  name: 'order-sales',
  topics: ['orders'],
  tables: {
    order_sales: {
      kind: 'rows',
      key: ['order_id'],
      create(table) {
        table.text('order_id').primary();
        table.text('payment_id').notNullable();
        table.text('vendor_id').notNullable();
        table.text('outlet_id').notNullable();
        table.text('metro').notNullable();
        table.text('currency').notNullable();
        table.integer('items').notNullable();
        for (const amount of amounts) table.bigInteger(amount).notNullable();
        table.timestamp('completed_at').notNullable();
        table.index(['vendor_id', 'completed_at']);
      },
    },
  },
  on: {
    OrderCompleted({ data, meta: { metro } }, rows) {
      const { orderId, paymentId, vendorId, outletId, currency, lines, subtotal, tax, tip, total } = data;
      rows.put('order_sales', {
        ...{ order_id: orderId, payment_id: paymentId, vendor_id: vendorId, outlet_id: outletId, metro },
        items: lines.reduce((sum, { quantity }) => sum + quantity, 0),
        ...{ currency, subtotal, tax, tip, delivery_fee: data.deliveryFee, discount: data.discount, total },
        subsidy: data.subsidy,
        completed_at: new Date(data.completedAt),
      });
    },
  },
});

/** A vendor's sales of one day by the clock of their metro; minor units. `refunded`, to customers and companies, is of that day's orders, whenever it went back. */
export interface SalesDay extends Record<(typeof summed)[number], number> {
  day: string;
  currency: string;
  orders: number;
}

export interface SalesOf {
  vendorId: string;
  outletId?: string;
  metro?: string;
  /** Days, both included: `2026-11-21`. */
  from: string;
  to: string;
}

/** The oldest day first; days without sales are left out. */
export async function salesDays(
  db: Knex,
  { metros }: Pick<Region, 'metros'>,
  { vendorId, outletId, metro, from, to }: SalesOf,
): Promise<SalesDay[]> {
  const { rows } = await db.raw<{ rows: SalesDay[] }>(
    `with zones as (select * from unnest(:metros::text[], :zones::text[]) as z(metro, zone)
     ), sales as (
       select (s.completed_at at time zone z.zone)::date as day, s.*, coalesce(p.refunded + p.subsidy_back, 0) as refunded
         from order_sales s join zones z using (metro) left join order_payments p using (payment_id)
        where s.vendor_id = :vendorId and (:outletId::text is null or s.outlet_id = :outletId)
          and (:metro::text is null or s.metro = :metro)
          and s.completed_at >= :from::date - interval '1 day' and s.completed_at < :to::date + interval '2 days'
     )
     select to_char(day, 'YYYY-MM-DD') as day, currency, count(*)::int as orders,
            ${summed.map((name) => `sum(${name})::float8 as ${name}`).join(', ')}
       from sales where day between :from::date and :to::date group by day, currency order by day, currency`,
    {
      ...{ vendorId, from, to, outletId: outletId ?? null, metro: metro ?? null },
      metros: metros.map(({ id }) => id),
      zones: metros.map(({ zone }) => zone),
    },
  );
  return rows;
}
