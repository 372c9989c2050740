import { type App, cursorOf, PageQuery, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { ledgerOf, ledgersBy } from '../read-models/ledger.ts';
import { Id, IdParams, orNull } from '../schemas.ts';
import { knownLot } from './known-lot.ts';
import { Day, LedgerView } from './ledger-schema.ts';

const LotLedger = Type.Object({
  lot_id: Id,
  quantity: Type.Integer({ description: 'As the kitchen said; `produced` trails it by milliseconds' }),
  ...LedgerView.properties,
});
const FridgeLedger = Type.Object({
  fridge_id: Id,
  day: orNull(Type.String()),
  ...LedgerView.properties,
});
const Ledgers = Type.Object({
  day: Day,
  by: Type.String(),
  items: Type.Array(
    Type.Object({
      key: orNull(Type.String({ description: 'Null: meals that no fridge, courier or route has had yet' })),
      ...LedgerView.properties,
    }),
  ),
  next_cursor: orNull(Type.String()),
});
const By = Type.Union(
  (['fridge', 'lot', 'kitchen', 'courier', 'route'] as const).map((by) => Type.Literal(by)),
  { default: 'fridge' },
);
const cursor = cursorOf(Type.Object({ after: Type.String() }));

export function ledgerRoutes(app: App, deps: StoreDeps): void {
  const { db } = deps;
  app.get(
    '/api/v1/lots/:id/ledger',
    {
      config: { permission: 'lots:read' },
      schema: {
        tags: ['ledger'],
        summary: 'Where the meals of a lot are and how they ended',
        params: IdParams,
        response: { 200: LotLedger },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { lot } = await knownLot(deps, principalOf(request), id);
      return { lot_id: id, quantity: lot.quantity, ...(await ledgerOf(db, { lotId: id })) };
    },
  );

  app.get(
    '/api/v1/fridges/:id/ledger',
    {
      config: { permission: 'ledger:read' },
      schema: {
        tags: ['ledger'],
        summary: 'What became of the meals a fridge has, had, or is to get',
        params: IdParams,
        querystring: Type.Object({ day: Type.Optional(Day) }, { additionalProperties: false }),
        response: { 200: FridgeLedger },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { day } = request.query;
      const filter = { fridgeId: id, ...ofMetro(principalOf(request)), ...(day !== undefined && { day }) };
      return { fridge_id: id, day: day ?? null, ...(await ledgerOf(db, filter)) };
    },
  );

  app.get(
    '/api/v1/ledger',
    {
      config: { permission: 'ledger:read' },
      schema: {
        tags: ['ledger'],
        summary: 'What became of the meals of a day, by fridge, lot, kitchen, courier or route',
        querystring: Type.Object({ day: Day, by: By, ...PageQuery }, { additionalProperties: false }),
        response: { 200: Ledgers },
      },
    },
    async (request) => {
      const { day, by, limit = 50 } = request.query;
      const after = cursor.decode(request.query.cursor)?.after;
      const page = { day, limit: limit + 1, ...ofMetro(principalOf(request)) };
      const rows = await ledgersBy(db, by, { ...page, ...(after !== undefined && { after }) });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        day,
        by,
        items: items.map((row) => ({ ...row, key: row.key === '' ? null : row.key })),
        next_cursor: more ? cursor.encode({ after: last.key }) : null,
      };
    },
  );
}

function ofMetro({ metro }: { metro: string | undefined }): { metro?: string } {
  return metro === undefined ? {} : { metro };
}
