import { Id, IdParams, orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';

export { Id, IdParams, orNull, Time };

/** Shapes that several routes share. Amounts are numbers with two decimals (S2-ORD-02). */
export const Amount = Type.Number();

/** `{ protein: 'carnitas', extras: ['guacamole', 'sour_cream'] }` */
export const Customizations = Type.Record(Id, Type.Union([Id, Type.Array(Id, { maxItems: 20 })]));
export const Place = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
  },
  { additionalProperties: false },
);

const Outlet = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  location: Type.Object({
    latitude: Type.Union([Type.Number(), Type.Null()]),
    longitude: Type.Union([Type.Number(), Type.Null()]),
    campus: orNull(Type.String()),
  }),
});

export const Line = Type.Object({
  id: Type.String(),
  menu_item_id: Type.String(),
  name: Type.String(),
  quantity: Type.Integer(),
  unit_price: Amount,
  total: Amount,
  discount: Type.Optional(
    Type.Number({ description: "Its part of the order's discount; the total is without it" }),
  ),
  customizations: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
  ),
  special_requests: Type.Optional(Type.String()),
});

/** `amount` is the customer's and the company's share together; of a failed one, what has gone back all the same. */
export const RefundView = Type.Object({
  id: Type.String(),
  status: Type.Enum(['REQUESTED', 'SUCCEEDED', 'FAILED']),
  amount: Amount,
  to_customer: Type.Optional(Amount),
  to_company: Type.Optional(Amount),
  reason: orNull(Type.String()),
  at: Time,
});

export const OrderView = Type.Object({
  id: Type.String(),
  status: Type.String(),
  vendor: Type.Object({ id: Type.String(), name: Type.String() }),
  truck: Type.Optional(Outlet),
  store: Type.Optional(Outlet),
  order_source: Type.String(),
  fulfilment: Type.String(),
  items: Type.Array(Line),
  currency: Type.String(),
  subtotal: Amount,
  tax: Amount,
  tip: Amount,
  delivery_fee: Amount,
  discount: Amount,
  discount_reason: Type.Optional(Type.String()),
  meal_subsidy_applied: Amount,
  total: Amount,
  pickup_time: orNull(Time),
  estimated_ready: Time,
  special_requests: Type.Optional(orNull(Type.String())),
  deliver_to: Type.Optional(Place),
  payment: Type.Object({
    id: Type.String(),
    status: Type.String(),
    provider: Type.Optional(Type.String({ description: 'By whose SDK it is confirmed: stripe, paypal' })),
    client_secret: Type.Optional(
      Type.String({ description: 'What it is confirmed by: Stripe’s secret, or the id of PayPal’s order' }),
    ),
    refunded: Type.Optional(Amount),
  }),
  refunds: Type.Optional(Type.Array(RefundView)),
  cancelled: Type.Optional(Type.Object({ reason: Type.String(), was: Type.String(), at: Time })),
  created_at: Time,
});
export type OrderView = Type.Static<typeof OrderView>;
