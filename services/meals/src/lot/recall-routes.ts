import { Readable } from 'node:stream';
import { isRefusal } from '@dabba/event-store';
import { type App, Problem, principalOf, runCommand, type StoreDeps, typedText } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { recallOverview } from '../read-models/lot-recall.ts';
import { Id, IdParams, Time } from '../schemas.ts';
import { recallTask } from '../tasks/recall-lot.ts';
import { knownLot } from './known-lot.ts';
import { LedgerCounts } from './ledger-schema.ts';
import { type Lot, lotRef } from './lot.ts';
import { recallLot } from './recall.ts';
import { recallSheet } from './recall-csv.ts';

const NewRecall = Type.Object({ reason: typedText(500, { minLength: 1 }) }, { additionalProperties: false });
const Recall = Type.Object({ lot_id: Id, reason: Type.String(), recalled_at: Time });
const RecallView = Type.Object({
  ...Recall.properties,
  state: Type.Union([Type.Literal('RECALLING'), Type.Literal('DONE')], {
    description: 'DONE once no meal of the lot can come to a customer any more',
  }),
  quantity: Type.Integer(),
  meals_left: Type.Integer({ description: 'Neither withdrawn yet nor ended otherwise' }),
  counts: LedgerCounts,
  fridges: Type.Array(
    Type.Object({
      fridge_id: Id,
      meals: Type.Integer({ description: 'Last seen there, and not taken out' }),
    }),
  ),
  customers: Type.Array(
    Type.Object({ customer_id: Type.String({ description: 'Pseudonym' }), meals: Type.Integer() }),
  ),
});

export function recallRoutes(app: App, deps: StoreDeps): void {
  const { store, db } = deps;
  app.post(
    '/api/v1/lots/:id/recall',
    {
      config: { permission: 'lots:recall' },
      schema: {
        tags: ['lots'],
        summary: 'Take back a lot: nothing of it may be sold from now on',
        params: IdParams,
        body: NewRecall,
        response: { 200: Recall, 201: Recall },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { metro } = await knownLot(deps, principalOf(request), id);
      await runCommand(request, reply, (context) => {
        const lot = lotRef(id, metro);
        return store.transact(
          [lot],
          (unit) => {
            const decided = recallLot(
              unit.load(lot).state,
              { lotId: id, reason: request.body.reason },
              context.now,
            );
            if (isRefusal(decided)) return decided;
            const after = unit.append(lot, decided);
            if (decided.length > 0) unit.enqueue(recallTask({ lotId: id, metro }));
            return { status: decided.length > 0 ? 201 : 200, body: recallOf(id, after) };
          },
          context,
          {
            answer: ({ status, body }) => ({
              status,
              headers: { location: `/api/v1/lots/${id}/recall` },
              body,
            }),
          },
        );
      });
    },
  );

  app.get(
    '/api/v1/lots/:id/recall',
    {
      config: { permission: 'lots:recall' },
      schema: {
        tags: ['lots'],
        summary: 'How far a recall is, where its meals are and who has one',
        params: IdParams,
        response: { 200: RecallView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { lot } = await knownLot(deps, principalOf(request), id);
      const recall = recallOf(id, lot);
      const { ledger, fridges, customers } = await recallOverview(db, id);
      const { produced, ...counts } = ledger;
      const { at_kitchen, in_transit, on_shelf, reserved } = counts;
      // Meals the list does not know yet are as good as for sale.
      const left = at_kitchen + in_transit + on_shelf + reserved + Math.max(0, lot.quantity - produced);
      return {
        ...recall,
        state: left === 0 ? ('DONE' as const) : ('RECALLING' as const),
        quantity: lot.quantity,
        meals_left: left,
        counts,
        fridges,
        customers,
      };
    },
  );

  app.get(
    '/api/v1/lots/:id/recall.csv',
    {
      config: { permission: 'lots:recall' },
      schema: {
        tags: ['lots'],
        summary: 'Every meal of a lot as a spreadsheet',
        params: IdParams,
        response: { 200: { content: { 'text/csv': { schema: Type.Any() } } } },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await knownLot(deps, principalOf(request), id);
      reply.header('content-disposition', `attachment; filename="lot-${id.replaceAll(':', '_')}.csv"`);
      reply.type('text/csv; charset=utf-8; header=present');
      return reply.send(Readable.from(recallSheet(db, id)));
    },
  );
}

function recallOf(id: string, lot: Lot): Static<typeof Recall> {
  if (lot === null || lot.recalledAt === null || lot.recallReason === null)
    throw new Problem({ status: 404, code: 'lot-not-recalled', detail: `Lot ${id} was never recalled` });
  return { lot_id: id, reason: lot.recallReason, recalled_at: new Date(lot.recalledAt).toISOString() };
}
