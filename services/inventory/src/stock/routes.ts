import { type App, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { type TObject, Type } from 'typebox';
import { mayActAt } from '../acting.ts';
import { closed, Id, ItemParams, OutletParams, Reason, SomeUnits, StockView, Units } from '../schemas.ts';
import { decideStock, type StockCommand } from './decide.ts';
import { stockRef } from './stock.ts';
import { stockView } from './view.ts';

const NewStock = Type.Object(
  { id: Id, counted: Units, threshold: Type.Optional(Type.Union([Units, Type.Null()])) },
  closed,
);
const Count = Type.Object({ counted: Units, reason: Reason }, closed);
const Restock = Type.Object({ quantity: SomeUnits, reference: Type.Optional(Reason) }, closed);
const Waste = Type.Object({ quantity: SomeUnits, reason: Reason }, closed);
const Threshold = Type.Object({ threshold: Units }, closed);
const EightySix = Type.Object({ reason: Reason }, closed);

type Said<C> = C extends StockCommand ? Omit<C, 'outletId' | 'stockItemId' | 'now'> : never;

/** What people say of what lies there (S4-SVC-03). */
export function stockRoutes(app: App, deps: StoreDeps): void {
  const { store } = deps;
  const tags = ['inventory'];
  const item = '/api/v1/inventory/:outlet_id/items/:stock_item_id';
  const config = { permission: 'inventory:change' } as const;
  type Request = Parameters<typeof principalOf>[0];
  type Reply = Parameters<typeof runCommand>[1];
  type At = { outlet_id: string; stock_item_id: string };

  app.post(
    '/api/v1/inventory/:outlet_id/items',
    {
      config,
      schema: {
        tags,
        summary: 'Begin to count something',
        params: OutletParams,
        body: NewStock,
        response: { 201: StockView },
      },
    },
    (request, reply) => {
      const { id, counted, threshold = null } = request.body;
      const at = { ...request.params, stock_item_id: id };
      return said(request, reply, at, (vendorId) => ({ do: 'begin', vendorId, counted, threshold }), 201);
    },
  );
  app.post(`${item}/count`, { config, schema: door('Say how many there are', Count) }, (request, reply) =>
    said(request, reply, request.params, () => ({ do: 'count', ...request.body })),
  );
  app.post(`${item}/restock`, { config, schema: door('More of it came', Restock) }, (request, reply) => {
    const { quantity, reference = null } = request.body;
    return said(request, reply, request.params, () => ({ do: 'restock', quantity, reference }));
  });
  app.post(`${item}/waste`, { config, schema: door('Some of it is lost', Waste) }, (request, reply) =>
    said(request, reply, request.params, () => ({ do: 'waste', ...request.body })),
  );
  app.put(
    `${item}/threshold`,
    { config, schema: door('Say how little is low', Threshold) },
    (request, reply) => said(request, reply, request.params, () => ({ do: 'threshold', ...request.body })),
  );
  app.post(
    `${item}/86`,
    {
      config,
      schema: door('It is out, whatever is counted: orders the kitchen has not begun lose it', EightySix),
    },
    (request, reply) => said(request, reply, request.params, () => ({ do: 'eighty-six', ...request.body })),
  );
  app.delete(
    `${item}/86`,
    {
      config,
      schema: { tags, summary: 'It is there after all', params: ItemParams, response: { 200: StockView } },
    },
    (request, reply) => said(request, reply, request.params, () => ({ do: 'put-back' })),
  );

  function door<T extends TObject>(summary: string, body: T) {
    return { tags, summary, params: ItemParams, body, response: { 200: StockView } };
  }

  function said(
    request: Request,
    reply: Reply,
    { outlet_id: outletId, stock_item_id: stockItemId }: At,
    what: (vendorId: string) => Said<StockCommand>,
    status = 200,
  ): Promise<void> {
    return runCommand(request, reply, async (context) => {
      const { vendor_id: vendorId, metro } = await mayActAt(deps, principalOf(request), outletId);
      const command = { ...what(vendorId), outletId, stockItemId, now: context.now };
      return store.execute(
        stockRef(outletId, stockItemId, metro),
        (stock) => decideStock(stock, command),
        context,
        {
          answer({ state }) {
            if (state === null) throw new Error(`${stockItemId} is not counted after a command on it`);
            return { status, body: stockView(state) };
          },
        },
      );
    });
  }
}
