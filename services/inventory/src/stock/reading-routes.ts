import { presentData } from '@dabba/contracts';
import { type App, cursorOf, PageQuery, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { mayActAt } from '../acting.ts';
import { stockAt } from '../read-models/stock-list.ts';
import { closed, Id, ItemParams, OutletParams, StockView } from '../schemas.ts';
import { stockRef } from './stock.ts';
import { stockView } from './view.ts';

const Balance = Type.Object({
  corrected: Type.Integer({ description: 'What counts found above what was believed' }),
  restocked: Type.Integer(),
  wasted: Type.Integer(),
  sold: Type.Integer(),
  returned: Type.Integer(),
});
const Listed = Type.Object({
  ...StockView.properties,
  reason: Type.Union([Type.String(), Type.Null()]),
  balance: Balance,
});
const Available = Type.Object({ stock_item_id: Id, available: Type.Integer(), out: Type.Boolean() });
const Entry = Type.Object({
  version: Type.Integer(),
  type: Type.String(),
  time: Type.String({ format: 'date-time' }),
  actor: Type.Union([Type.String(), Type.Null()]),
  data: Type.Record(Type.String(), Type.Unknown()),
});
const place = cursorOf(Type.Object({ id: Type.String() }, closed));
const Page = Type.Object({ low: Type.Optional(Type.Boolean()), ...PageQuery }, closed);
const paged = <T extends typeof Listed | typeof Available>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: Type.Union([Type.String(), Type.Null()]) });

export function stockReadingRoutes(app: App, deps: StoreDeps): void {
  const { db, store } = deps;
  const tags = ['inventory'];
  const config = { permission: 'inventory:read' } as const;

  app.get(
    '/api/v1/inventory/:outlet_id/items',
    {
      config,
      schema: {
        tags,
        summary: 'What is counted there, and how it came to it',
        params: OutletParams,
        querystring: Page,
        response: { 200: paged(Listed) },
      },
    },
    async (request) => {
      const { outlet_id: outletId } = request.params;
      await mayActAt(deps, principalOf(request), outletId);
      const { rows, next_cursor } = await page(outletId, request.query);
      const items = rows.map(({ corrected, restocked, wasted, sold, returned, ...row }) => ({
        ...row,
        on_shelf: row.on_hand + row.taken,
        available: row.by_hand ? 0 : row.on_hand - row.held,
        balance: { corrected, restocked, wasted, sold, returned },
      }));
      return { items, next_cursor };
    },
  );

  app.get(
    '/api/v1/inventory/:outlet_id/availability',
    {
      config: { permission: 'catalog:read' },
      schema: {
        tags,
        summary: 'How many of each an order may have',
        params: OutletParams,
        querystring: Page,
        response: { 200: paged(Available) },
      },
    },
    async (request) => {
      const { rows, next_cursor } = await page(request.params.outlet_id, request.query);
      const items = rows.map(({ stock_item_id, on_hand, held, out, by_hand }) => ({
        ...{ stock_item_id, available: by_hand ? 0 : on_hand - held, out },
      }));
      return { items, next_cursor };
    },
  );

  app.get(
    '/api/v1/inventory/:outlet_id/items/:stock_item_id',
    {
      config,
      schema: { tags, summary: 'One of it, as of now', params: ItemParams, response: { 200: StockView } },
    },
    async (request) => {
      const { outlet_id: outletId, stock_item_id: stockItemId } = request.params;
      await mayActAt(deps, principalOf(request), outletId);
      const { state } = await store.load(stockRef(outletId, stockItemId));
      if (state === null) throw unknown(outletId, stockItemId);
      return stockView(state);
    },
  );

  app.get(
    '/api/v1/inventory/:outlet_id/items/:stock_item_id/history',
    {
      config,
      schema: {
        tags,
        summary: 'Everything that happened to it, oldest first',
        params: ItemParams,
        querystring: Type.Object(
          { after: Type.Integer({ minimum: 0, default: 0, description: 'A version' }) },
          closed,
        ),
        response: { 200: Type.Object({ items: Type.Array(Entry) }) },
      },
    },
    async (request) => {
      const { outlet_id: outletId, stock_item_id: stockItemId } = request.params;
      await mayActAt(deps, principalOf(request), outletId);
      const events = await store.history(stockRef(outletId, stockItemId).id, request.query.after, 500);
      const items = events.map((event) => ({
        ...{ version: event.meta.version, type: event.type, actor: event.meta.actor ?? null },
        ...{ time: new Date(event.meta.time).toISOString(), data: presentData(event) },
      }));
      return { items };
    },
  );

  async function page(outletId: string, query: { low?: boolean; limit?: number; cursor?: string }) {
    const { low, limit = 50, cursor } = query;
    const after = place.decode(cursor)?.id;
    const found = await stockAt(db, outletId, {
      ...{ limit: limit + 1 },
      ...(low !== undefined && { low }),
      ...(after !== undefined && { after }),
    });
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return { rows, next_cursor: last ? place.encode({ id: last.stock_item_id }) : null };
  }
}

function unknown(outletId: string, stockItemId: string): Problem {
  return new Problem({
    status: 404,
    code: 'stock-unknown',
    detail: `${stockItemId} is not counted at ${outletId}`,
  });
}
