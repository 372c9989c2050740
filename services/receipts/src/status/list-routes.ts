import { type App, cursorOf, Problem, principalOf, type StoreDeps, Time } from '@dabba/service-kit';
import { Type } from 'typebox';
import { archiveOf } from '../archive/index.ts';
import { listBoth } from '../archive/read/both.ts';
import { isClient } from '../contract/admit.ts';
import type { ContractBook } from '../contract/book.ts';
import type { ListedReceipt } from '../read-models/receipt-list.ts';
import { Status } from './view.ts';

const Query = Type.Object(
  {
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    client: Type.Optional(Type.String({ maxLength: 100 })),
    type: Type.Optional(Type.String({ maxLength: 100 })),
    status: Type.Optional(Status),
    cursor: Type.Optional(Type.String({ maxLength: 1000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 })),
  },
  { additionalProperties: false },
);
const Item = Type.Object({
  id: Type.String(),
  client: Type.String(),
  type: Type.String(),
  status: Status,
  received_at: Time,
  total: Type.Union([Type.Integer({ description: 'Minor units' }), Type.Null()]),
  currency: Type.Union([Type.String(), Type.Null()]),
});
const Page = Type.Object({ items: Type.Array(Item), next_cursor: Type.Union([Type.String(), Type.Null()]) });
const cursor = cursorOf(Type.Object({ received_at: Time, receipt_id: Type.String({ format: 'uuid' }) }));

/** S3-API-03: pages of up to 10,000, of hot and archived days alike; a client sees its own only. */
export function listRoutes(app: App, deps: StoreDeps, contracts: ContractBook): void {
  const { db, now } = deps;
  const archive = archiveOf(deps);
  app.get(
    '/api/v1/receipts',
    {
      config: { permission: 'receipts:read' },
      schema: {
        tags: ['receipts'],
        summary: 'Receipts of an interval, oldest first',
        querystring: Query,
        response: { 200: Page },
      },
    },
    async (request) => {
      const { query } = request;
      const principal = principalOf(request);
      const own = isClient(principal) ? principal.id : undefined;
      if (own !== undefined) await contracts.allow(own, 'read', now());
      if (own !== undefined && query.client !== undefined && query.client !== own)
        throw new Problem({
          status: 403,
          code: 'other-client',
          detail: 'A client sees its own receipts only.',
        });
      const client = own ?? query.client;
      const { limit = 1_000 } = query;
      const after = cursor.decode(query.cursor);
      const rows = await listBoth(
        { db, archive },
        {
          from: new Date(query.from ?? 0),
          to: new Date(query.to ?? now() + 60_000),
          ...(client !== undefined && { client }),
          ...(query.type !== undefined && { type: query.type }),
          ...(query.status !== undefined && { status: query.status }),
          ...(after && { after }),
          limit: limit + 1,
        },
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(itemOf),
        next_cursor:
          rows.length > limit && last
            ? cursor.encode({ received_at: last.received_at.toISOString(), receipt_id: last.receipt_id })
            : null,
      };
    },
  );
}

function itemOf({ receipt_id, client_id, type, status, received_at, total, currency }: ListedReceipt) {
  return {
    id: receipt_id,
    client: client_id,
    type,
    status,
    received_at: received_at.toISOString(),
    total: total === null ? null : Number(total),
    currency,
  };
}
