import { metroOf } from '@dabba/contracts';
import { type App, cursorOf, PageQuery, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { knownFridge } from '../place/known-fridge.ts';
import { allergensOf } from '../read-models/lot-allergens.ts';
import { Id, IdParams, orNull, Price, Time } from '../schemas.ts';
import { pricesOf } from '../session/prices.ts';
import { AsOf, instantOf } from './instant.ts';
import { statusThen } from './meal-as-of.ts';
import { stockAsOf } from './stock-as-of.ts';

const Allergens = Type.Union([Type.Array(Type.String()), Type.Null()], {
  description: 'Empty: none. Null: unknown, which is not the same',
});
const listed = { fridge_id: Id, as_of: Time, next_cursor: orNull(Type.String()) };
const Stock = Type.Object({
  ...listed,
  items: Type.Array(
    Type.Object({
      meal_id: Id,
      lot_id: Id,
      sku: Id,
      status: Type.Union([Type.Literal('STOCKED'), Type.Literal('RESERVED')]),
      since: Time,
      expires_at: Time,
      allergens: Allergens,
      may_contain: Allergens,
    }),
  ),
});
const Prices = Type.Object({
  ...listed,
  items: Type.Array(Type.Object({ meal_id: Id, sku: Id, expires_at: Time, price: Price })),
});
const Query = Type.Object({ as_of: AsOf, ...PageQuery }, { additionalProperties: false });

const cursor = cursorOf(Type.Object({ after: Id }));

/** What a fridge had, and what it cost, at an instant: by the time things happened, as they are known today. */
export function asOfRoutes(app: App, deps: StoreDeps): void {
  const { db, region, now } = deps;

  app.get(
    '/api/v1/fridges/:id/stock',
    {
      config: { permission: 'fridges:read' },
      schema: {
        tags: ['fridges'],
        summary: 'What a fridge had in stock at an instant, by meal id',
        params: IdParams,
        querystring: Query,
        response: { 200: Stock },
      },
    },
    async (request) => {
      const { then, fridge_id, next_cursor, as_of } = await read(request);
      const lots = await allergensOf(
        db,
        then.items.map(({ meal }) => meal.lotId),
      );
      const items = then.items.map(({ mealId, meal }) => ({
        meal_id: mealId,
        lot_id: meal.lotId,
        sku: meal.sku,
        status: statusThen(meal, Date.parse(as_of)),
        since: new Date(meal.since).toISOString(),
        expires_at: new Date(meal.expiresAt).toISOString(),
        allergens: lots.get(meal.lotId)?.allergens ?? null,
        may_contain: lots.get(meal.lotId)?.may_contain ?? null,
      }));
      return { fridge_id, as_of, items, next_cursor };
    },
  );

  app.get(
    '/api/v1/fridges/:id/prices',
    {
      config: { permission: 'fridges:read' },
      schema: {
        tags: ['fridges'],
        summary: 'What the meals in a fridge cost at an instant, marked down near their expiry',
        params: IdParams,
        querystring: Query,
        response: { 200: Prices },
      },
    },
    async (request) => {
      const { then, metro, ...answer } = await read(request);
      const meals = then.items.map(({ mealId, meal }) => ({
        meal_id: mealId,
        sku: meal.sku,
        expires_at: new Date(meal.expiresAt),
      }));
      const prices = pricesOf(meals, metroOf(region, metro), Date.parse(answer.as_of));
      const costs = new Map(
        prices.map(({ mealId, price: amount, currency }) => [mealId, { amount, currency }]),
      );
      const items = meals.flatMap(({ expires_at, ...meal }) => {
        const price = costs.get(meal.meal_id);
        return price ? [{ ...meal, expires_at: expires_at.toISOString(), price }] : [];
      });
      return { ...answer, items };
    },
  );

  type Asked = Parameters<typeof principalOf>[0] & {
    params: { id: string };
    query: { as_of?: string; limit?: number; cursor?: string };
  };
  async function read(request: Asked) {
    const { id } = request.params;
    const { as_of, limit = 50, cursor: place } = request.query;
    const { metro } = await knownFridge(deps, principalOf(request), id);
    const at = instantOf(as_of, now());
    const after = cursor.decode(place)?.after;
    const then = await stockAsOf(deps, id, { at, limit, ...(after !== undefined && { after }) });
    return {
      then,
      metro,
      fridge_id: id,
      as_of: new Date(at).toISOString(),
      next_cursor: then.next === undefined ? null : cursor.encode({ after: then.next }),
    };
  }
}
