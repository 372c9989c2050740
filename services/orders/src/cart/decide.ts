import type { Events, Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { type Cart, type CartEvent, openCart } from './cart.ts';

type CartItem = Events['CartChanged']['items'][number];

export type CartCommand =
  | {
      do: 'add';
      item: CartItem;
      vendorId: string;
      outletId: string;
      customerId: string;
      /** Of the cart, where this is its first item. */
      newCartId: string;
      keptFor: number;
      now: Instant;
    }
  /** One of its items, or all. */
  | { do: 'remove'; cartItemId: string | undefined; customerId: string; keptFor: number; now: Instant }
  | { do: 'order'; cartId: string; orderId: string; now: Instant }
  | { do: 'expire'; cartId: string; now: Instant };

const mostItems = 50;

/** Pure. A cart that expired unnoticed is closed by whatever comes next. */
export function decideCart(cart: Cart, command: CartCommand): readonly CartEvent[] | Refusal {
  const { now } = command;
  const open = openCart(cart, now);
  const lapsed: CartEvent[] =
    cart !== null && open === null ? [closed(cart.cartId, 'EXPIRED', null, now)] : [];
  switch (command.do) {
    case 'add': {
      const { item, vendorId, outletId, customerId, newCartId, keptFor } = command;
      if (open !== null && open.outletId !== outletId)
        return refuse(409, 'cart-of-another', 'A cart is of one vendor; empty it first', {
          outlet_id: open.outletId,
        });
      if (open !== null && open.items.length >= mostItems)
        return refuse(409, 'cart-full', `A cart holds at most ${mostItems} different items`);
      const items = [...(open?.items ?? []), item];
      const cartId = open?.cartId ?? newCartId;
      const data = {
        cartId,
        customerId,
        vendorId,
        outletId,
        items,
        expiresAt: now + keptFor,
        changedAt: now,
      };
      return [...lapsed, { type: 'CartChanged', data }];
    }
    case 'remove': {
      if (open === null) return lapsed;
      const { cartItemId, customerId, keptFor } = command;
      const left =
        cartItemId === undefined ? [] : open.items.filter((each) => each.cartItemId !== cartItemId);
      if (left.length === open.items.length)
        return refuse(404, 'cart-item-unknown', `Nothing in the cart is ${cartItemId}`);
      if (left.length === 0) return [closed(open.cartId, 'EMPTIED', null, now)];
      const data = { ...open, items: left, customerId, expiresAt: now + keptFor, changedAt: now };
      return [{ type: 'CartChanged', data }];
    }
    case 'order':
      return open?.cartId === command.cartId
        ? [closed(open.cartId, 'ORDERED', command.orderId, now)]
        : refuse(404, 'cart-unknown', `No cart ${command.cartId} of yours`);
    case 'expire':
      return cart?.cartId === command.cartId ? lapsed : [];
    default:
      return command satisfies never;
  }
}

function closed(
  cartId: string,
  reason: Events['CartClosed']['reason'],
  orderId: string | null,
  closedAt: Instant,
): CartEvent {
  return { type: 'CartClosed', data: { cartId, reason, orderId, closedAt } };
}
