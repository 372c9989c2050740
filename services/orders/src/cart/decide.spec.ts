import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { type CartEvent, cartStream } from './cart.ts';
import { type CartCommand, decideCart } from './decide.ts';

const cart = decider(cartStream, decideCart);
const now = Date.parse('2026-11-23T20:15:00Z');
const keptFor = 1_800_000;
const item = (cartItemId: string) => ({ cartItemId, itemId: 'itm_1', quantity: 1, choices: [] });
const add = (cartItemId: string, change: object = {}): CartCommand => ({
  ...{ do: 'add', item: item(cartItemId), vendorId: 'vnd_1', outletId: 'trk_1', customerId: 'cus_1' },
  ...{ newCartId: 'crt_1', keptFor, now },
  ...change,
});
const changed = (ids: string[], at = now, cartId = 'crt_1'): CartEvent => ({
  type: 'CartChanged',
  data: {
    ...{ cartId, customerId: 'cus_1', vendorId: 'vnd_1', outletId: 'trk_1', items: ids.map(item) },
    ...{ expiresAt: at + keptFor, changedAt: at },
  },
});
const closed = (
  reason: 'ORDERED' | 'EMPTIED' | 'EXPIRED',
  at = now,
  orderId: string | null = null,
): CartEvent => ({
  type: 'CartClosed',
  data: { cartId: 'crt_1', reason, orderId, closedAt: at },
});
const expired = now + keptFor;

describe('S2-ORD-10 a cart', () => {
  it('begins with its first item and lives on with each', () => {
    cart
      .given([])
      .when(add('a'))
      .then([changed(['a'])]);
    cart
      .given([changed(['a'])])
      .when(add('b', { now: now + 1 }))
      .then([changed(['a', 'b'], now + 1)]);
  });
  it('is of one vendor', () => {
    cart
      .given([changed(['a'])])
      .when(add('b', { outletId: 'trk_2' }))
      .thenRefused('cart-of-another');
    cart
      .given([changed(Array.from({ length: 50 }, (_, n) => `${n}`))])
      .when(add('b'))
      .thenRefused('cart-full');
  });
  it('loses an item, and with the last itself', () => {
    const remove = (cartItemId?: string): CartCommand => ({
      do: 'remove',
      cartItemId,
      customerId: 'cus_1',
      keptFor,
      now,
    });
    cart
      .given([changed(['a', 'b'])])
      .when(remove('a'))
      .then([changed(['b'])]);
    cart
      .given([changed(['b'])])
      .when(remove('b'))
      .then([closed('EMPTIED')]);
    cart
      .given([changed(['a', 'b'])])
      .when(remove())
      .then([closed('EMPTIED')]);
    cart
      .given([changed(['a'])])
      .when(remove('z'))
      .thenRefused('cart-item-unknown');
    cart.given([]).when(remove()).thenNothing();
  });
  it('expires, by its timer or by what comes next', () => {
    const expire = (at: number): CartCommand => ({ do: 'expire', cartId: 'crt_1', now: at });
    cart
      .given([changed(['a'])])
      .when(expire(expired - 1))
      .thenNothing();
    cart
      .given([changed(['a'])])
      .when(expire(expired))
      .then([closed('EXPIRED', expired)]);
    cart
      .given([changed(['a'], now, 'crt_2')])
      .when(expire(expired))
      .thenNothing();
    cart
      .given([changed(['a'])])
      .when(add('b', { now: expired, newCartId: 'crt_2', outletId: 'trk_1' }))
      .then([closed('EXPIRED', expired), changed(['b'], expired, 'crt_2')]);
  });
  it('becomes one order', () => {
    const order = (cartId: string, at = now): CartCommand => ({
      do: 'order',
      cartId,
      orderId: 'ord_1',
      now: at,
    });
    cart
      .given([changed(['a'])])
      .when(order('crt_1'))
      .then([closed('ORDERED', now, 'ord_1')]);
    cart
      .given([changed(['a']), closed('ORDERED', now, 'ord_1')])
      .when(order('crt_1'))
      .thenRefused('cart-unknown');
    cart
      .given([changed(['a'])])
      .when(order('crt_2'))
      .thenRefused('cart-unknown');
    cart
      .given([changed(['a'])])
      .when(order('crt_1', expired))
      .thenRefused('cart-unknown');
  });
});
