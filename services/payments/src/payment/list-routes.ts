import { type App, cursorOf, mayDo, PageQuery, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { type ListedPayment, listPayments } from '../read-models/payment-list.ts';
import { Id, orNull, Time } from '../schemas.ts';
import { inUnits } from './view.ts';

const Query = Type.Object(
  {
    ...PageQuery,
    customer_id: Type.Optional(Id),
    order_id: Type.Optional(Id),
    status: Type.Optional(Type.Enum(['REQUESTED', 'CREATED', 'AUTHORISED', 'SUCCEEDED', 'CANCELLED'])),
  },
  { additionalProperties: false },
);
/** S2-DAT-09. */
const Item = Type.Object({
  id: Type.String(),
  order_id: orNull(Type.String()),
  session_id: orNull(Type.String()),
  customer_id: orNull(Type.String()),
  status: Type.String(),
  amount: Type.Number(),
  meal_subsidy_used: Type.Number(),
  captured: Type.Number(),
  refunded: Type.Number(),
  currency: Type.String(),
  provider: Type.String(),
  stripe_payment_id: orNull(Type.String()),
  created_at: Time,
});
const Page = Type.Object({ items: Type.Array(Item), next_cursor: orNull(Type.String()) });
const cursor = cursorOf(Type.Object({ requested_at: Time, payment_id: Id }));

export function listRoutes(app: App, { db }: StoreDeps): void {
  app.get(
    '/api/v1/payments',
    {
      config: { permission: 'payments:read' },
      schema: {
        tags: ['payments'],
        summary: 'Payments, newest first; a customer sees their own',
        querystring: Query,
        response: { 200: Page },
      },
    },
    async (request) => {
      const { roles, customerId, metro } = principalOf(request);
      const { limit = 50, customer_id, order_id: order, status, cursor: place } = request.query;
      const customer = mayDo(roles, 'payments:read-all') ? customer_id : (customerId ?? 'nobody');
      const after = cursor.decode(place);
      const rows = await listPayments(db, {
        limit: limit + 1,
        ...(metro !== undefined && { metro }),
        ...(customer !== undefined && { customer }),
        ...(order !== undefined && { order }),
        ...(status !== undefined && { status }),
        ...(after && { after }),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(itemOf),
        next_cursor: rows.length > limit && last ? cursor.encode(placeOf(last)) : null,
      };
    },
  );
}

const placeOf = ({ requested_at, payment_id }: ListedPayment) => ({
  ...{ requested_at: requested_at.toISOString(), payment_id },
});

function itemOf(row: ListedPayment) {
  const { payment_id: id, order_id, session_id, customer_id, status, currency, provider } = row;
  return {
    ...{ id, order_id, session_id, customer_id, status, currency, provider },
    amount: inUnits(Number(row.amount)),
    meal_subsidy_used: inUnits(Number(row.subsidy)),
    captured: inUnits(Number(row.captured)),
    refunded: inUnits(Number(row.refunded)),
    stripe_payment_id: row.intent_id,
    created_at: row.requested_at.toISOString(),
  };
}
