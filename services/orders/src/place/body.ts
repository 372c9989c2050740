import { newId } from '@dabba/contracts';
import type { Refusal } from '@dabba/event-store';
import { typedText } from '@dabba/service-kit';
import { Type } from 'typebox';
import { faulty } from '../offer/faulty.ts';
import type { Wished } from '../pricing/choices.ts';
import type { WishedItem } from '../pricing/lines.ts';
import { Customizations, Id, Place, Time } from '../view/schemas.ts';

const Item = Type.Object(
  {
    menu_item_id: Id,
    quantity: Type.Integer({ minimum: 1, maximum: 99 }),
    customizations: Type.Optional(Customizations),
    special_requests: Type.Optional(typedText(200)),
  },
  { additionalProperties: false },
);

/** Nothing with as many digits as a card has: it is kept in events. */
const Token = Type.String({
  pattern: '^(?!.*\\d{12})[A-Za-z0-9_]{1,100}$',
  description: "The provider's token of a payment method",
});

const extras = {
  pickup_time: Type.Optional(Time),
  tip_percentage: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  use_meal_subsidy: Type.Optional(Type.Boolean()),
  special_requests: Type.Optional(typedText(500)),
  fulfilment: Type.Optional(Type.Enum(['PICKUP', 'DELIVERY', 'DINE_IN'])),
  deliver_to: Type.Optional(Place),
  payment_method: Type.Optional(Token),
};

/** S2-ORD-12, and what a checkout says. */
export const Checkout = Type.Object(
  { cart_id: Type.Optional(Id), ...extras },
  { additionalProperties: false },
);
export type Checkout = Type.Static<typeof Checkout>;

/**
 * a truck's form (S2-ORD-01), a store's (S4) and a cart's (S2-ORD-12) at one address. Exactly one of `truck_id`,
 * `store_id` and `cart_id` is there, and `items` with the first two.
 */
export const NewOrder = Type.Object(
  {
    vendor_id: Type.Optional(Id),
    truck_id: Type.Optional(Id),
    store_id: Type.Optional(Id),
    cart_id: Type.Optional(Id),
    items: Type.Optional(Type.Array(Item, { minItems: 1, maxItems: 50 })),
    order_source: Type.Optional(Type.Enum(['MOBILE_WEB', 'KIOSK', 'POS'])),
    payment_method_id: Type.Optional(Token),
    discount: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        multipleOf: 0.01,
        description: 'Taken off at the counter, by who may give refunds; with its reason',
      }),
    ),
    discount_reason: Type.Optional(
      Type.String({ pattern: '^[A-Z][A-Z_]{1,39}$', description: 'A word: `STAFF_MEAL`' }),
    ),
    ...extras,
  },
  { additionalProperties: false },
);
export type NewOrder = Type.Static<typeof NewOrder>;

/** Which of the three forms it is. */
export type Form =
  | { kind: 'TRUCK' | 'STORE'; outletId: string; items: readonly WishedItem[] }
  | { kind: 'CART'; cartId: string };

export function formOf({ truck_id, store_id, cart_id, items }: NewOrder): Form | Refusal {
  const named = [truck_id, store_id, cart_id].filter((id) => id !== undefined);
  if (named.length !== 1) return faulty('body-form', '#', 'Name one of truck_id, store_id and cart_id');
  if (cart_id !== undefined)
    return items === undefined
      ? { kind: 'CART', cartId: cart_id }
      : faulty('body-form', '#/items', 'They are in the cart');
  if (items === undefined) return faulty('body-form', '#/items', 'Say what is ordered');
  const wished = items.map((each) => ({
    lineId: newId('oli'),
    itemId: each.menu_item_id,
    quantity: each.quantity,
    choices: choicesOf(each.customizations),
    note: each.special_requests,
  }));
  const outletId = truck_id ?? store_id ?? '';
  return { kind: truck_id === undefined ? 'STORE' : 'TRUCK', outletId, items: wished };
}

export function choicesOf(customizations: Type.Static<typeof Customizations> = {}): Wished[] {
  return Object.entries(customizations).flatMap(([modifierId, options]) =>
    [options].flat().map((optionId) => ({ modifierId, optionId })),
  );
}
