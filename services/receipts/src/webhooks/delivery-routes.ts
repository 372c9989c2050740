import { type App, cursorOf, PageQuery, Problem, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { ContractBook } from '../contract/book.ts';
import { clientOf, ownEndpoint } from './owner.ts';
import { deliveriesOf, redeliver } from './rows.ts';
import { DeliveryView, deliveryView, Params } from './views.ts';

const tags = ['receipts'];
const config = { permission: 'receipts:read' } as const;
const EventId = Type.String({ maxLength: 100 });
const cursors = cursorOf(Type.Object({ event_id: EventId }));
/** Dead letters that wait again after one request. */
const most = 10_000;

/** What an endpoint has not taken yet, and what nobody tries any more. */
export function deliveryRoutes(app: App, deps: StoreDeps, contracts: ContractBook): void {
  const { pool, now } = deps;

  app.get(
    '/api/v1/receipt-webhooks/:webhook_id/deliveries',
    {
      config,
      schema: {
        tags,
        summary: 'What waits for an endpoint, and its dead letters; what was taken is not listed',
        params: Params,
        querystring: Type.Object(
          { ...PageQuery, status: Type.Optional(Type.Enum(['WAITING', 'DEAD'])) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            items: Type.Array(DeliveryView),
            next_cursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async (request) => {
      const { client } = await clientOf(request, contracts, now());
      const { id } = await ownEndpoint(deps, client, request.params.webhook_id);
      const { status, cursor, limit = 50 } = request.query;
      const after = cursors.decode(cursor)?.event_id ?? '';
      const rows = await deliveriesOf(pool, id, { status, after, limit: limit + 1 });
      const items = rows.slice(0, limit).map(deliveryView);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, next_cursor: last ? cursors.encode({ event_id: last.event_id }) : null };
    },
  );

  app.post(
    '/api/v1/receipt-webhooks/:webhook_id/redeliver',
    {
      config,
      schema: {
        tags,
        summary: `Send dead letters again, those named or up to ${most}, oldest first`,
        params: Params,
        body: Type.Object(
          { event_ids: Type.Optional(Type.Array(EventId, { minItems: 1, maxItems: 1000 })) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ redelivered: Type.Integer() }) },
      },
    },
    async (request) => {
      const { client } = await clientOf(request, contracts, now());
      const { id, status } = await ownEndpoint(deps, client, request.params.webhook_id);
      if (status === 'DISABLED')
        throw new Problem({ status: 409, code: 'webhook-disabled', detail: 'Set it again first.' });
      return { redelivered: await redeliver(pool, id, request.body.event_ids, most) };
    },
  );
}
