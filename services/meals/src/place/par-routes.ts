import { isRefusal } from '@dabba/event-store';
import { type App, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { fridgeRef } from '../fridge/fridge.ts';
import { Id, IdParams, Time } from '../schemas.ts';
import { knownFridge } from './known-fridge.ts';
import { setPar } from './par.ts';
import { type Supply, supplyRef } from './supply.ts';

const Level = Type.Object(
  { sku: Id, par: Type.Integer({ minimum: 0, maximum: 1000 }) },
  { additionalProperties: false },
);
const Levels = Type.Object({ levels: Type.Array(Level, { maxItems: 100 }) }, { additionalProperties: false });
const ParView = Type.Object({
  fridge_id: Id,
  levels: Type.Array(Level),
  set_at: Type.Union([Time, Type.Null()], { description: 'Null: never' }),
});

export function parRoutes(app: App, deps: StoreDeps): void {
  const { store } = deps;
  app.put(
    '/api/v1/fridges/:id/par',
    {
      config: { permission: 'pars:set' },
      schema: {
        tags: ['places'],
        summary: 'How many meals of each product a fridge is meant to hold; what is not named is not wanted',
        params: IdParams,
        body: Levels,
        response: { 200: ParView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: fridgeId } = request.params;
        const { metro } = await knownFridge(deps, principalOf(request), fridgeId);
        const fridge = fridgeRef(fridgeId, metro);
        const supply = supplyRef(fridgeId, metro);
        return store.transact(
          [supply, fridge],
          (unit) => {
            const { capacity } = unit.load(fridge).state;
            const { levels } = request.body;
            const decided = setPar(unit.load(supply).state, { fridgeId, capacity, levels, now: context.now });
            return isRefusal(decided) ? decided : parView(fridgeId, unit.append(supply, decided));
          },
          context,
          { answer: (body) => ({ status: 200, body }) },
        );
      }),
  );

  app.get(
    '/api/v1/fridges/:id/par',
    {
      config: { permission: 'places:read' },
      schema: {
        tags: ['places'],
        summary: 'How many meals of each product a fridge is meant to hold',
        params: IdParams,
        response: { 200: ParView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { metro } = await knownFridge(deps, principalOf(request), id);
      return parView(id, (await store.load(supplyRef(id, metro))).state);
    },
  );
}

function parView(fridge_id: string, { levels, setAt }: Supply) {
  return {
    fridge_id,
    levels: levels.map(({ sku, par }) => ({ sku, par })),
    set_at: setAt === null ? null : new Date(setAt).toISOString(),
  };
}
