import { newId } from '@dabba/contracts';
import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { type Principal, requireVendor } from '@dabba/service-kit';
import { type Cart, cartRef, itemIdsOf, openCart } from '../cart/cart.ts';
import { cartNotesOf, dropCartNotes } from '../cart/cart-notes.ts';
import { decideCart } from '../cart/decide.ts';
import { faulty } from '../offer/faulty.ts';
import { findOffer } from '../offer/find.ts';
import type { Offer } from '../offer/offer.ts';
import { record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { type Order, orderRef, type Quoted } from '../order/order.ts';
import type { OrdersDeps } from '../parts.ts';
import { quote, type Wish } from '../pricing/quote.ts';
import { slotRef, takeSlot } from '../slot/slot.ts';
import { orderView } from '../view/order-view.ts';
import { formOf, type NewOrder } from './body.ts';
import { discountWished } from './discount.ts';
import { dropNotes, keepNotes } from './notes.ts';
import { orderer } from './orderer.ts';

interface Prepared {
  placed: Quoted;
  offer: Offer;
  /** Line → what is wished of it. */
  lineNotes: Readonly<Record<string, string>>;
  /** What it was in the cart. */
  cartItemIds: readonly string[];
}

/** S2-ORD-11: prices a wish and writes it down, with its part of the pickup slot and its cart, all or nothing. Asks nobody. */
export function placer(deps: OrdersDeps) {
  const { db, pool, store, settings, region } = deps;

  async function wishOf(body: NewOrder, principal: Principal, orderId: string, now: number) {
    const who = orderer(principal, body.order_source);
    if (isRefusal(who)) return who;
    const form = formOf(body);
    if (isRefusal(form)) return form;
    const discount = discountWished(body, principal);
    if (isRefusal(discount)) return discount;
    const cart = form.kind === 'CART' ? await cartOf(who.customerId, now) : null;
    if (form.kind === 'CART' && cart?.cartId !== form.cartId)
      return refuse(404, 'cart-unknown', `No cart ${form.cartId} of yours`);
    const notes = await cartNotesOf(db, itemIdsOf(cart));
    const items =
      form.kind === 'CART'
        ? (cart?.items ?? []).map((item) => ({
            ...{ ...item, lineId: newId('oli'), note: notes.get(item.cartItemId) },
          }))
        : form.items;
    const outletId = form.kind === 'CART' ? (cart?.outletId ?? '') : form.outletId;
    const wish: Wish = {
      ...who,
      ...{ orderId, items, vendorId: body.vendor_id, kind: form.kind === 'CART' ? undefined : form.kind },
      fulfilment: body.fulfilment ?? 'PICKUP',
      deliverTo: body.deliver_to ?? null,
      pickupAt: body.pickup_time === undefined ? null : Date.parse(body.pickup_time),
      tipPercentage: body.tip_percentage ?? null,
      useSubsidy: body.use_meal_subsidy ?? false,
      discount,
      paymentMethod: body.payment_method_id ?? body.payment_method ?? null,
      // A shop's till has nobody who could confirm (S4-API-02); a customer does it in the app (S2-ORD-11).
      confirms:
        form.kind === 'STORE' && (body.payment_method_id ?? body.payment_method) ? 'SERVER' : 'CLIENT',
      cartId: form.kind === 'CART' ? form.cartId : null,
    };
    return { wish, outletId, cartItemIds: itemIdsOf(cart) };
  }

  async function cartOf(customerId: string | null, now: number): Promise<Cart> {
    if (customerId === null) return null;
    const { state } = await store.load(cartRef(customerId, ''));
    return openCart(state, now);
  }

  async function prepare(body: NewOrder, principal: Principal, orderId: string, now: number) {
    const wished = await wishOf(body, principal, orderId, now);
    if (isRefusal(wished)) return wished;
    const { wish, outletId, cartItemIds } = wished;
    const ids = wish.items.map(({ itemId }) => itemId);
    const offer = await findOffer(pool, outletId, ids, now);
    if (!offer)
      return faulty('outlet-unknown', `#/${wish.kind?.toLowerCase() ?? 'cart'}_id`, `No ${outletId} here`);
    const metro = region.metros.find(({ id }) => id === offer.outlet.metro);
    if (!metro || (principal.metro !== undefined && principal.metro !== metro.id))
      return refuse(403, 'other-metro', 'It is not sold where you order');
    if (wish.customerId === null) requireVendor(principal, offer.vendor.vendorId);
    const placed = quote(wish, offer, metro.currency, now);
    if (isRefusal(placed)) return placed;
    const lineNotes = Object.fromEntries(
      wish.items.flatMap(({ lineId, note }) => (note === undefined ? [] : [[lineId, note] as const])),
    );
    return { placed, offer, lineNotes, cartItemIds };
  }

  /** The answer is what it came to at that moment; a retry gets the same, whatever became of the order, the menu or the cart. */
  return async (
    body: NewOrder,
    principal: Principal,
    context: CommandContext,
  ): Promise<Executed<unknown> | Refusal> => {
    const orderId = newId('ord');
    const prepared = await prepare(body, principal, orderId, context.now);
    if (isRefusal(prepared)) return commit(orderId, prepared, undefined, context);
    const { placed, lineNotes, cartItemIds } = prepared;
    const { special_requests = null, deliver_to = null } = body;
    const lines = Object.keys(lineNotes).length > 0 ? lineNotes : null;
    const notes = { special_requests, deliver_to, lines };
    const noted = Object.values(notes).some((note) => note !== null);
    if (noted) await keepNotes(db, orderId, placed.customerId, notes);
    const outcome = await commit(orderId, prepared, noted ? notes : undefined, context);
    if (noted && (outcome.refused || outcome.replayed)) await dropNotes(db, orderId);
    if (lines && !outcome.refused) await dropCartNotes(db, cartItemIds);
    return outcome;
  };

  function commit(
    orderId: string,
    prepared: Prepared | Refusal,
    notes: Parameters<typeof orderView>[1]['notes'],
    context: CommandContext,
  ): Promise<Executed<unknown> | Refusal> {
    // Even a refusal goes through the store: its key may have been used for what was possible then.
    if (isRefusal(prepared))
      return store.transact([], () => prepared, context, { answer: () => ({ status: 201, body: {} }) });
    const { placed, offer } = prepared;
    const { metro, outletId, slotQuantity } = offer.outlet;
    const order = { ...orderRef(orderId, metro), fresh: true };
    const slot = placed.slot === null ? undefined : slotRef(outletId, placed.slot, metro);
    const cart =
      placed.cartId === null || placed.customerId === null ? undefined : cartRef(placed.customerId, metro);
    const quantity = placed.lines.reduce((sum, line) => sum + line.quantity, 0);
    const { patience } = settings;
    return store.transact(
      [order, ...(slot ? [slot] : []), ...(cart ? [cart] : [])],
      (unit) => {
        const events = decideOrder(unit.load(order).state, {
          do: 'place',
          placed,
          payWithin: patience.payment,
        });
        if (isRefusal(events)) return events;
        const share = { outletId, slot: placed.slot ?? 0, orderId, quantity, now: context.now };
        const taken = slot ? takeSlot(unit.load(slot).state, share, slotQuantity) : [];
        if (isRefusal(taken)) return taken;
        if (slot) unit.append(slot, taken);
        const command = { do: 'order', cartId: placed.cartId ?? '', orderId, now: context.now } as const;
        const closed = cart ? decideCart(unit.load(cart).state, command) : [];
        if (isRefusal(closed)) return closed;
        if (cart) unit.append(cart, closed);
        return record(unit, order, events, patience);
      },
      context,
      {
        answer: (state) => ({
          status: 201,
          headers: { location: `/api/v1/orders/${orderId}` },
          body: orderView(existing(state), { outlet: offer.outlet, notes }),
        }),
      },
    );
  }
}

function existing(order: Order) {
  if (order === null) throw new Error('What was placed is an order');
  return order;
}
