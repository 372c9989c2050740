import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { typedText } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { findOffer } from '../offer/find.ts';
import { record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { type Order, orderRef } from '../order/order.ts';
import type { OrdersDeps } from '../parts.ts';
import { keepNotes } from '../place/notes.ts';
import { changeOf } from '../pricing/change.ts';
import { freeSlot, slotRef, takeSlot } from '../slot/slot.ts';
import { orNull, Time } from '../view/schemas.ts';

const fields = {
  pickup_time: Type.Optional(orNull(Time)),
  tip_percentage: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  special_requests: Type.Optional(orNull(typedText(500))),
};
const Patch = Type.Object(fields);
export type Patch = Type.Static<typeof Patch>;

/** S2-ORD-07: what may be changed; anything else, or in another form, is 422. */
export function patchOf(body: unknown): Patch | Refusal {
  const given = { ...Object(body) };
  const errors = Object.keys(given)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ in: 'body', pointer: `#/${name}`, detail: 'cannot be changed' }));
  if (errors.length > 0)
    return refuse(
      422,
      'field-fixed',
      'Only pickup_time, tip_percentage and special_requests can be changed',
      { errors },
    );
  if (Value.Check(Patch, given)) return given;
  const wrong = Value.Errors(Patch, given).map(({ instancePath, message }) => ({
    ...{ in: 'body', pointer: `#${instancePath}`, detail: message },
  }));
  return refuse(422, 'field-invalid', 'Something is not as it should be', { errors: wrong });
}

/** Moves the order's part of the pickup slots with it. */
export async function changeOrder(
  deps: OrdersDeps,
  { orderId, outletId, slot: before, customerId }: NonNullable<Order>,
  patch: Patch,
  context: CommandContext,
): Promise<Executed<unknown> | Refusal> {
  const { db, pool, store, settings } = deps;
  const { pickup_time, tip_percentage, special_requests } = patch;
  const offer = await findOffer(pool, outletId, [], context.now);
  if (!offer) return refuse(409, 'outlet-closed', 'It is not sold there any more');
  const { metro, slotQuantity } = offer.outlet;
  const pickupAt = typeof pickup_time === 'string' ? Date.parse(pickup_time) : pickup_time;
  const wanted = {
    ...(pickupAt !== undefined && { pickupAt }),
    ...(tip_percentage !== undefined && { tipPercentage: tip_percentage }),
  };
  const order = orderRef(orderId, metro);
  const { state: seen } = await store.load(order);
  const planned = seen && changeOf(seen, wanted, offer, context.now);
  if (isRefusal(planned)) return planned;
  const refs = new Map(
    [before, planned?.slot ?? null].flatMap((slot) =>
      slot === null ? [] : [[slot, slotRef(outletId, slot, metro)] as const],
    ),
  );
  const outcome = await store.transact(
    [order, ...refs.values()],
    (unit) => {
      const { state } = unit.load(order);
      const change = state && changeOf(state, wanted, offer, context.now);
      if (isRefusal(change)) return change;
      if (!state || !change || state.slot !== before)
        return refuse(503, 'busy', 'It is being changed at this moment');
      const events = decideOrder(state, { do: 'change', change, now: context.now });
      if (isRefusal(events)) return events;
      if (change.slot !== before) {
        const quantity = state.lines.reduce((sum, line) => sum + line.quantity, 0);
        const share = { outletId, orderId, quantity, now: context.now };
        const [old, next] = [
          before === null ? undefined : refs.get(before),
          change.slot === null ? undefined : refs.get(change.slot),
        ];
        if (next) {
          const taken = takeSlot(unit.load(next).state, { ...share, slot: change.slot ?? 0 }, slotQuantity);
          if (isRefusal(taken)) return taken;
          unit.append(next, taken);
        }
        if (old) unit.append(old, freeSlot(unit.load(old).state, { ...share, slot: before ?? 0 }));
      }
      record(unit, order, events, settings.patience);
      return orderId;
    },
    context,
    { answer: (id) => ({ status: 200, body: { id } }) },
  );
  if (!outcome.refused && special_requests !== undefined)
    await keepNotes(db, orderId, customerId, { special_requests });
  return outcome;
}
