import { newId } from '@dabba/contracts';
import { type CommandContext, isRefusal, refuse } from '@dabba/event-store';
import { type App, type Principal, Problem, principalOf, runCommand, typedText } from '@dabba/service-kit';
import { Type } from 'typebox';
import { cartRef, itemIdsOf, openCart } from '../cart/cart.ts';
import { dropCartNotes, keepCartNote } from '../cart/cart-notes.ts';
import { type CartCommand, decideCart } from '../cart/decide.ts';
import { faulty } from '../offer/faulty.ts';
import { findOffer } from '../offer/find.ts';
import type { OrdersDeps } from '../parts.ts';
import { answerWithPayment } from '../place/answer.ts';
import { Checkout, choicesOf } from '../place/body.ts';
import { placer } from '../place/placer.ts';
import { linesOf } from '../pricing/lines.ts';
import { cartExpiry } from '../tasks/expire-cart.ts';
import { Customizations, Id, OrderView } from '../view/schemas.ts';
import { CartView, showCart } from './cart-view.ts';

const Added = Type.Object(
  {
    vendor_id: Type.Optional(Id),
    truck_id: Type.Optional(Id),
    store_id: Type.Optional(Id),
    menu_item_id: Id,
    quantity: Type.Integer({ minimum: 1, maximum: 99 }),
    customizations: Type.Optional(Customizations),
    special_requests: Type.Optional(typedText(200)),
  },
  { additionalProperties: false },
);

/** S2-ORD-10: one cart a customer, of one vendor, forgotten after a while. Prices are today's until it is ordered. */
export function cartRoutes(app: App, deps: OrdersDeps): void {
  const { store, db, pool, settings, region } = deps;
  const place = placer(deps);

  /** Changes the caller's cart and moves its timer on. */
  function act(command: CartCommand, customerId: string, metro: string, context: CommandContext) {
    const cart = cartRef(customerId, metro);
    return store.transact(
      [cart],
      (unit) => {
        const events = decideCart(unit.load(cart).state, command);
        if (isRefusal(events)) return events;
        const state = unit.append(cart, events);
        if (state && events.length > 0)
          unit.enqueue(cartExpiry({ cartId: state.cartId, customerId, metro }, state.expiresAt));
        return state;
      },
      context,
      { answer: () => ({ status: 200, body: {} }) },
    );
  }

  async function shown(customerId: string, now: number) {
    const { state } = await store.load(cartRef(customerId, ''));
    return showCart(deps, openCart(state, now), now);
  }

  app.get(
    '/api/v1/cart',
    {
      config: { permission: 'carts:use' },
      schema: { tags: ['carts'], summary: "The caller's cart", response: { 200: CartView } },
    },
    (request) => shown(customerOf(principalOf(request)), deps.now()),
  );

  app.post(
    '/api/v1/cart/items',
    {
      config: { permission: 'carts:use' },
      schema: {
        tags: ['carts'],
        summary: 'Add an item; the first one says of which truck or store the cart is',
        body: Added,
        response: { 200: CartView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const { body } = request;
        const customerId = customerOf(principal);
        const { state } = await store.load(cartRef(customerId, ''));
        const outletId = body.truck_id ?? body.store_id ?? openCart(state, context.now)?.outletId;
        if (outletId === undefined) return faulty('body-form', '#', 'Name a truck_id or a store_id');
        const offer = await findOffer(pool, outletId, [body.menu_item_id], context.now);
        const metro = region.metros.find(({ id }) => id === offer?.outlet.metro);
        if (!offer || !metro || (principal.metro ?? metro.id) !== metro.id)
          return faulty('outlet-unknown', '#', `No ${outletId} where you order`);
        if (body.vendor_id !== undefined && body.vendor_id !== offer.vendor.vendorId)
          return faulty('outlet-unknown', '#/vendor_id', `${outletId} is not of ${body.vendor_id}`);
        const { menu_item_id: itemId, quantity } = body;
        const choices = choicesOf(body.customizations);
        const lines = linesOf(offer, [{ lineId: '', itemId, quantity, choices }], metro.currency);
        if (isRefusal(lines)) return lines;
        const item = { cartItemId: newId('cit'), itemId, quantity, choices };
        const { vendorId } = offer.vendor;
        const kept = { keptFor: settings.cartKept, now: context.now };
        const command = {
          do: 'add',
          item,
          vendorId,
          outletId,
          customerId,
          newCartId: newId('crt'),
          ...kept,
        } as const;
        const { special_requests } = body;
        const { cartItemId: cart_item_id } = item;
        if (special_requests !== undefined)
          await keepCartNote(db, { cart_item_id, customer_id: customerId, special_requests });
        const outcome = await act(command, customerId, metro.id, context);
        if (special_requests !== undefined && (outcome.refused || outcome.replayed))
          await dropCartNotes(db, [cart_item_id]);
        if (outcome.refused || !outcome.answer) return outcome;
        // What is added to begins anew where its time was over.
        if (openCart(state, context.now) === null) await dropCartNotes(db, itemIdsOf(state));
        return { ...outcome, answer: { ...outcome.answer, body: await shown(customerId, context.now) } };
      }),
  );

  app.delete(
    '/api/v1/cart/items',
    {
      config: { permission: 'carts:use' },
      schema: {
        tags: ['carts'],
        summary: 'Take one item out, or all of them',
        querystring: Type.Object({ id: Type.Optional(Id) }, { additionalProperties: false }),
        response: { 200: CartView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const customerId = customerOf(principal);
        const kept = { keptFor: settings.cartKept, now: context.now };
        const { id: cartItemId } = request.query;
        const command = { do: 'remove', cartItemId, customerId, ...kept } as const;
        const { state: before } = await store.load(cartRef(customerId, ''));
        const outcome = await act(command, customerId, principal.metro ?? '', context);
        if (outcome.refused || !outcome.answer) return outcome;
        const taken = itemIdsOf(before).filter((id) => cartItemId === undefined || id === cartItemId);
        await dropCartNotes(db, taken);
        return { ...outcome, answer: { ...outcome.answer, body: await shown(customerId, context.now) } };
      }),
  );

  app.post(
    '/api/v1/cart/checkout',
    {
      config: { permission: 'orders:place', idempotencyKey: 'required' },
      schema: {
        tags: ['carts'],
        summary: 'Order what is in the cart',
        body: Checkout,
        response: { 201: OrderView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const { state } = await store.load(cartRef(customerOf(principal), ''));
        const cartId = request.body.cart_id ?? openCart(state, context.now)?.cartId ?? 'none';
        const placed = await place({ ...request.body, cart_id: cartId }, principal, context);
        if (isRefusal(placed))
          return placed.code === 'cart-unknown'
            ? refuse(409, 'cart-empty', 'Nothing is in the cart')
            : placed;
        return answerWithPayment(deps, placed, request.signal, context.now);
      }),
  );
}

function customerOf({ customerId }: Principal): string {
  if (customerId !== undefined) return customerId;
  throw new Problem({ status: 403, code: 'not-a-customer', detail: 'The token names no customer' });
}
