import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type CartEvent = Event<'CartChanged' | 'CartClosed'>;

/** What a customer is about to order, of one vendor's outlet (S2-ORD-10); null: nothing. */
export type Cart = null | Omit<Events['CartChanged'], 'customerId' | 'changedAt'>;

/** A customer has one cart at a time, so it is a stream of the customer's. */
export const cartStream: StreamType<Cart, CartEvent> = {
  name: 'cart',
  revision: 1,
  initial: () => null,
  evolve(_cart, { type, data }) {
    if (type === 'CartClosed') return null;
    const { customerId: _, changedAt: __, ...cart } = data;
    return cart;
  },
};

export function cartRef(customerId: string, metro: string): StreamRef<Cart, CartEvent> {
  return { type: cartStream, id: `cart:${customerId}`, metro };
}

export function itemIdsOf(cart: Cart): string[] {
  return cart?.items.map(({ cartItemId }) => cartItemId) ?? [];
}

/** The cart as it counts at this instant: one whose time is over is none, whether or not its timer has run. */
export function openCart(cart: Cart, now: Instant): Cart {
  return cart !== null && now < cart.expiresAt ? cart : null;
}
