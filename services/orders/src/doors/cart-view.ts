import { isRefusal } from '@dabba/event-store';
import { Type } from 'typebox';
import { type Cart, itemIdsOf } from '../cart/cart.ts';
import { cartNotesOf } from '../cart/cart-notes.ts';
import { findOffer } from '../offer/find.ts';
import type { OrdersDeps } from '../parts.ts';
import { linesOf } from '../pricing/lines.ts';
import { decimal } from '../view/decimal.ts';
import { customizationsOf } from '../view/order-view.ts';
import { Amount, orNull, Time } from '../view/schemas.ts';

const Item = Type.Object({
  id: Type.String(),
  menu_item_id: Type.String(),
  name: orNull(Type.String()),
  quantity: Type.Integer(),
  customizations: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
  unit_price: Type.Union([Amount, Type.Null()]),
  total: Type.Union([Amount, Type.Null()]),
  available: Type.Boolean(),
  special_requests: Type.Optional(Type.String()),
});
export const CartView = Type.Object({
  id: orNull(Type.String()),
  vendor_id: orNull(Type.String()),
  outlet_id: orNull(Type.String()),
  items: Type.Array(Item),
  subtotal: Amount,
  expires_at: orNull(Time),
});

const empty = { id: null, vendor_id: null, outlet_id: null, items: [], subtotal: 0, expires_at: null };

/** A cart at today's prices; what is not to be had any more is there without one. */
export async function showCart(
  { db, pool, region }: OrdersDeps,
  cart: Cart,
  now: number,
): Promise<Type.Static<typeof CartView>> {
  if (cart === null) return empty;
  const ids = cart.items.map(({ itemId }) => itemId);
  const [offer, notes] = await Promise.all([
    findOffer(pool, cart.outletId, ids, now),
    cartNotesOf(db, itemIdsOf(cart)),
  ]);
  const currency = region.metros.find(({ id }) => id === offer?.outlet.metro)?.currency ?? '';
  const priced = cart.items.map((item) => {
    const lines = offer ? linesOf(offer, [{ ...item, lineId: item.cartItemId }], currency) : [];
    const line = isRefusal(lines) ? undefined : lines[0];
    const note = notes.get(item.cartItemId);
    return {
      ...{
        id: item.cartItemId,
        menu_item_id: item.itemId,
        name: line?.name ?? null,
        quantity: item.quantity,
      },
      customizations: customizationsOf(item.choices),
      unit_price: line ? decimal(line.unitPrice) : null,
      total: line ? decimal(line.total) : null,
      available: line !== undefined,
      ...(note !== undefined && { special_requests: note }),
      minor: line?.total ?? 0,
    };
  });
  return {
    ...{ id: cart.cartId, vendor_id: cart.vendorId, outlet_id: cart.outletId },
    items: priced.map(({ minor: _, ...item }) => item),
    subtotal: decimal(priced.reduce((sum, { minor }) => sum + minor, 0)),
    expires_at: new Date(cart.expiresAt).toISOString(),
  };
}
