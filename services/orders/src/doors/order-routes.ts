import { isRefusal } from '@dabba/event-store';
import { type App, cursorOf, PageQuery, principalOf, runCommand } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { OrdersDeps } from '../parts.ts';
import { answerWithPayment } from '../place/answer.ts';
import { NewOrder } from '../place/body.ts';
import { placer } from '../place/placer.ts';
import { listOrders } from '../read-models/order-list.ts';
import { Id, IdParams, OrderView } from '../view/schemas.ts';
import { HistoryView, historyOf } from './history.ts';
import { ListedView, listedView, Status } from './listed.ts';
import { foundOrder, showOrder } from './visible.ts';

const Query = Type.Object(
  {
    ...PageQuery,
    status: Type.Optional(Status),
    customer_id: Type.Optional(Id),
    vendor_id: Type.Optional(Id),
  },
  { additionalProperties: false },
);
const Page = Type.Object({
  items: Type.Array(ListedView),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});
const cursor = cursorOf(Type.Object({ id: Type.String() }));

/** Placing, reading and finding orders (S2-ORD-01, 05, 06, 14). */
export function orderRoutes(app: App, deps: OrdersDeps): void {
  const place = placer(deps);

  app.post(
    '/api/v1/orders',
    {
      config: { permission: 'orders:place', idempotencyKey: 'required' },
      schema: {
        tags: ['orders'],
        summary:
          'Place an order at a truck, at a store, or of a cart; with what its payment is confirmed by, when that is ready in time',
        body: NewOrder,
        response: { 201: OrderView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const placed = await place(request.body, principalOf(request), context);
        return isRefusal(placed) ? placed : answerWithPayment(deps, placed, request.signal, context.now);
      }),
  );

  app.get(
    '/api/v1/orders',
    {
      config: { permission: 'orders:read' },
      schema: {
        tags: ['orders'],
        summary: "The caller's own orders, newest first; operations see all of their metro",
        querystring: Query,
        response: { 200: Page },
      },
    },
    async (request) => {
      const { status, limit = 50, customer_id, vendor_id, cursor: from } = request.query;
      const { customerId, vendorId, metro, roles } = principalOf(request);
      const own = roles.includes('customer') ? (customerId ?? '') : customer_id;
      const of = vendorId ?? vendor_id;
      const after = cursor.decode(from)?.id;
      const rows = await listOrders(deps.db, {
        limit: limit + 1,
        ...(own !== undefined && { customerId: own }),
        ...(of !== undefined && { vendorId: of }),
        ...(metro !== undefined && { metro }),
        ...(status !== undefined && { status: [status] }),
        ...(after !== undefined && { after }),
      });
      const items = rows.slice(0, limit).map(listedView);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, next_cursor: last ? cursor.encode({ id: last.id }) : null };
    },
  );

  app.get(
    '/api/v1/orders/:id',
    {
      config: { permission: 'orders:read' },
      schema: { tags: ['orders'], summary: 'An order', params: IdParams, response: { 200: OrderView } },
    },
    async (request) => {
      const principal = principalOf(request);
      return showOrder(deps, await foundOrder(deps, request.params.id, principal), principal);
    },
  );

  app.get(
    '/api/v1/orders/:id/history',
    {
      config: { permission: 'orders:read' },
      schema: {
        tags: ['orders'],
        summary: 'Everything that happened to an order',
        params: IdParams,
        response: { 200: HistoryView },
      },
    },
    async (request) => {
      const { orderId } = await foundOrder(deps, request.params.id, principalOf(request));
      return { items: await historyOf(deps.store, orderId) };
    },
  );
}
