import { isRefusal, refuse } from '@dabba/event-store';
import { type App, cursorOf, PageQuery, principalOf, requireVendor, runCommand } from '@dabba/service-kit';
import { Type } from 'typebox';
import { record } from '../order/consequences.ts';
import { decideOrder, type OrderCommand } from '../order/decide.ts';
import { orderRef } from '../order/order.ts';
import type { OrdersDeps } from '../parts.ts';
import { notesOfAll } from '../place/notes.ts';
import { listOrders } from '../read-models/order-list.ts';
import { Id, OrderView } from '../view/schemas.ts';
import { QueuedView, queuedView, Status } from './listed.ts';
import { foundOrder, showOrder } from './visible.ts';

const Turn = Type.Enum([
  'CONFIRMED',
  'PREPARING',
  'READY',
  'PICKED_UP',
  'OUT_FOR_DELIVERY',
  'COMPLETED',
  'CANCELLED',
]);
const Query = Type.Object(
  { ...PageQuery, status: Type.Optional(Status), outlet_id: Type.Optional(Id) },
  { additionalProperties: false },
);
const Page = Type.Object({
  items: Type.Array(QueuedView),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});
const cursor = cursorOf(Type.Object({ id: Type.String() }));
/** What a vendor still has to do something about. */
const queue = ['PAID', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY'] as const;

/** S2-VEN-05: a vendor's queue, and how far each of its orders is. */
export function vendorRoutes(app: App, deps: OrdersDeps): void {
  const { store, db, settings } = deps;

  app.get(
    '/api/v1/vendors/:id/orders',
    {
      config: { permission: 'orders:manage' },
      schema: {
        tags: ['orders'],
        summary:
          "A vendor's orders, newest first, with what is wished of them; those to be worked on where no status is asked for",
        params: Type.Object({ id: Id }, { additionalProperties: false }),
        querystring: Query,
        response: { 200: Page },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id: vendorId } = request.params;
      requireVendor(principal, vendorId);
      const { status, outlet_id: outletId, limit = 50, cursor: from } = request.query;
      const after = cursor.decode(from)?.id;
      const rows = await listOrders(db, {
        ...{ vendorId, limit: limit + 1, status: status === undefined ? queue : [status] },
        ...(principal.metro !== undefined && { metro: principal.metro }),
        ...(outletId !== undefined && { outletId }),
        ...(after !== undefined && { after }),
      });
      const shown = rows.slice(0, limit);
      const notes = await notesOfAll(
        db,
        shown.map(({ order_id }) => order_id),
      );
      const items = shown.map((row) => queuedView(row, notes.get(row.order_id)));
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, next_cursor: last ? cursor.encode({ id: last.id }) : null };
    },
  );

  app.post(
    '/api/v1/vendors/:id/orders/:order_id/status',
    {
      config: { permission: 'orders:manage' },
      schema: {
        tags: ['orders'],
        summary: 'Take an order one step further, or cancel it',
        params: Type.Object({ id: Id, order_id: Id }, { additionalProperties: false }),
        body: Type.Object({ status: Turn }, { additionalProperties: false }),
        response: { 200: OrderView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId, order_id: orderId } = request.params;
        const { status } = request.body;
        const principal = principalOf(request);
        requireVendor(principal, vendorId);
        const { vendorId: of } = await foundOrder(deps, orderId, principal);
        if (of !== vendorId) return refuse(404, 'order-unknown', `No order ${orderId} of ${vendorId}`);
        const order = orderRef(orderId, '');
        const command = commandTo(status, context.now);
        const outcome = await store.transact(
          [order],
          (unit) => {
            const events = decideOrder(unit.load(order).state, command);
            if (isRefusal(events)) return events;
            record(unit, order, events, settings.patience);
            return orderId;
          },
          context,
          { answer: () => ({ status: 200, body: {} }) },
        );
        if (outcome.refused || !outcome.answer) return outcome;
        const after = await foundOrder(deps, orderId, principal);
        return { ...outcome, answer: { ...outcome.answer, body: await showOrder(deps, after, principal) } };
      }),
  );
}

function commandTo(status: Type.Static<typeof Turn>, now: number): OrderCommand {
  return status === 'CANCELLED'
    ? { do: 'cancel', reason: 'VENDOR', detail: null, now }
    : { do: 'turn', to: status, now };
}
