import { type App, Problem, principalOf, requireVendor } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { OrdersDeps } from '../parts.ts';
import { type SalesDay, salesDays, summed } from '../read-models/order-sales.ts';
import { decimal } from '../view/decimal.ts';
import { Amount, Id } from '../view/schemas.ts';

const day = 86_400_000;
const Day = Type.String({ format: 'date' });
const Query = Type.Object(
  { from: Day, to: Day, outlet_id: Type.Optional(Id) },
  { additionalProperties: false },
);
const Sums = Type.Object({
  ...{ currency: Type.String(), orders: Type.Integer(), items: Type.Integer() },
  ...{ subtotal: Amount, tax: Amount, tips: Amount, delivery_fees: Amount, discounts: Amount },
  total: Amount,
  paid_by_companies: Amount,
  refunded: Amount,
  net: Type.Number({ description: 'The total, less what went back' }),
});
const Report = Type.Object({
  vendor_id: Type.String(),
  days: Type.Array(Type.Intersect([Type.Object({ day: Type.String() }), Sums])),
  totals: Type.Array(Sums),
});

/** S2-VEN-05: what a vendor's completed orders came to, by days of their metro's clock. */
export function revenueRoutes(app: App, { db, region }: OrdersDeps): void {
  app.get(
    '/api/v1/vendors/:id/revenue',
    {
      config: { permission: 'revenue:read' },
      schema: {
        tags: ['orders'],
        summary: "A vendor's revenue by day; a year at most",
        params: Type.Object({ id: Id }, { additionalProperties: false }),
        querystring: Query,
        response: { 200: Report },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id: vendorId } = request.params;
      requireVendor(principal, vendorId);
      const { from, to, outlet_id: outletId } = request.query;
      const length = Date.parse(to) - Date.parse(from);
      if (length < 0 || length > 366 * day)
        throw new Problem({
          status: 422,
          code: 'period',
          detail: 'From a day to the same or a later one, a year at most',
        });
      const { metro } = principal;
      const days = await salesDays(db, region, {
        ...{ vendorId, from, to },
        ...(outletId !== undefined && { outletId }),
        ...(metro !== undefined && { metro }),
      });
      return {
        vendor_id: vendorId,
        days: days.map((each) => ({ day: each.day, ...sumsOf(each) })),
        totals: [...new Set(days.map(({ currency }) => currency))].map((currency) =>
          sumsOf(days.filter((each) => each.currency === currency).reduce(added)),
        ),
      };
    },
  );
}

function added(one: SalesDay, other: SalesDay): SalesDay {
  const both = { ...one, orders: one.orders + other.orders };
  for (const name of summed) both[name] += other[name];
  return both;
}

function sumsOf({ currency, orders, items, ...of }: SalesDay): Type.Static<typeof Sums> {
  return {
    currency,
    orders,
    items,
    subtotal: decimal(of.subtotal),
    tax: decimal(of.tax),
    tips: decimal(of.tip),
    delivery_fees: decimal(of.delivery_fee),
    discounts: decimal(of.discount),
    total: decimal(of.total),
    paid_by_companies: decimal(of.subsidy),
    refunded: decimal(of.refunded),
    net: decimal(of.total - of.refunded),
  };
}
