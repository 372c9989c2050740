import { isRefusal, type TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { cartRef, itemIdsOf } from '../cart/cart.ts';
import { dropCartNotes } from '../cart/cart-notes.ts';
import { decideCart } from '../cart/decide.ts';

const Expiry = Type.Object({ cartId: Type.String(), customerId: Type.String(), metro: Type.String() });
type Expiry = Type.Static<typeof Expiry>;

/** Each change of a cart moves its one timer on. */
export function cartExpiry(expiry: Expiry, runAt: number): TaskRequest {
  return { task: 'expire-cart', key: `expire-cart:${expiry.cartId}`, payload: expiry, runAt };
}

export function expireCartTask({
  store,
  db,
  now,
}: Pick<StoreDeps, 'store' | 'db' | 'now'>): TaskHandler<Expiry> {
  return {
    name: 'expire-cart',
    parse: (payload) => Value.Parse(Expiry, payload),
    async run({ cartId, customerId, metro }) {
      const context = { actor: 'task:expire-cart', now: now() };
      const ref = cartRef(customerId, metro);
      const items = itemIdsOf((await store.load(ref)).state);
      const outcome = await store.execute(
        ref,
        (cart) => {
          const decided = decideCart(cart, { do: 'expire', cartId, now: context.now });
          return isRefusal(decided) ? [] : decided;
        },
        context,
      );
      asRecorded(outcome);
      // Events, where somebody has not added to it since.
      if (!outcome.refused && outcome.result?.state === null) await dropCartNotes(db, items);
    },
  };
}
