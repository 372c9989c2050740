import { type App, cursorOf, PageQuery, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { presentHistory } from '../history.ts';
import { listMeals } from '../read-models/meal-list.ts';
import { History, Id, IdParams, orNull } from '../schemas.ts';
import { mealRef, mealStatuses } from './meal.ts';
import { hideCustomer, MealView, maySee, viewOfRow, viewOfState } from './view.ts';

const Page = Type.Object({ items: Type.Array(MealView), next_cursor: orNull(Type.String()) });
const Filter = Type.Object(
  {
    status: Type.Optional(Type.Union(mealStatuses.map((status) => Type.Literal(status)))),
    fridge_id: Type.Optional(Id),
    lot_id: Type.Optional(Id),
    ...PageQuery,
  },
  { additionalProperties: false },
);

const cursor = cursorOf(Type.Object({ after: Id }));

export function mealRoutes(app: App, { store, db }: StoreDeps): void {
  app.get(
    '/api/v1/meals',
    {
      config: { permission: 'meals:read' },
      schema: {
        tags: ['meals'],
        summary: 'Meals, newest first',
        querystring: Filter,
        response: { 200: Page },
      },
    },
    async (request) => {
      const { query } = request;
      const principal = principalOf(request);
      const after = cursor.decode(query.cursor)?.after;
      const { limit = 50 } = query;
      const rows = await listMeals(db, {
        ...(principal.metro !== undefined && { metro: principal.metro }),
        ...(query.status !== undefined && { status: query.status }),
        ...(query.fridge_id !== undefined && { fridgeId: query.fridge_id }),
        ...(query.lot_id !== undefined && { lotId: query.lot_id }),
        ...(after !== undefined && { after }),
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map((row) => hideCustomer(viewOfRow(row), principal));
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next_cursor: more ? cursor.encode({ after: last.id }) : null };
    },
  );

  app.get(
    '/api/v1/meals/:id',
    {
      config: { permission: 'meals:read' },
      schema: {
        tags: ['meals'],
        summary: 'One physical meal',
        params: IdParams,
        response: { 200: MealView },
      },
    },
    async (request) => {
      const { params } = request;
      const principal = principalOf(request);
      const { state } = await store.load(mealRef(params.id, ''));
      if (state === null)
        throw new Problem({ status: 404, code: 'meal-unknown', detail: `No meal ${params.id}` });
      return hideCustomer(viewOfState(params.id, state), principal);
    },
  );

  app.get(
    '/api/v1/meals/:id/history',
    {
      config: { permission: 'meals:read' },
      schema: {
        tags: ['meals'],
        summary: 'Everything that happened to a meal, oldest first',
        params: IdParams,
        response: { 200: History },
      },
    },
    async (request) => {
      const { params } = request;
      const principal = principalOf(request);
      const items = await presentHistory(store, params.id, (customer) => maySee(principal, customer));
      if (items.length === 0)
        throw new Problem({ status: 404, code: 'meal-unknown', detail: `No meal ${params.id}` });
      return { items };
    },
  );
}
