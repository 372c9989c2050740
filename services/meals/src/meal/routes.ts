import { type App, cursorOf, PageQuery, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { presentHistory } from '../history.ts';
import { listMeals, type MealRow } from '../read-models/meal-list.ts';
import { History, Id, IdParams, Nullable, Price, Time } from '../schemas.ts';
import { type Meal, mealRef } from './meal.ts';

const Status = Type.Union(
  (['PRODUCED', 'IN_TRANSIT', 'STOCKED', 'SOLD', 'UNEXPLAINED'] as const).map((status) =>
    Type.Literal(status),
  ),
);
const MealView = Type.Object({
  id: Id,
  lot_id: Id,
  sku: Id,
  kitchen_id: Id,
  status: Type.String(),
  fridge_id: Nullable(Type.String()),
  customer_id: Nullable(
    Type.String({ description: 'Pseudonymous; shown to the customer and to operations' }),
  ),
  price: Type.Union([Price, Type.Null()]),
  produced_at: Time,
  expires_at: Time,
  since: Time,
});
const Page = Type.Object({ items: Type.Array(MealView), next_cursor: Nullable(Type.String()) });
const Filter = Type.Object(
  {
    status: Type.Optional(Status),
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

type View = Static<typeof MealView>;

function viewOfState(id: string, meal: NonNullable<Meal>): View {
  return {
    id,
    lot_id: meal.lotId,
    sku: meal.sku,
    kitchen_id: meal.kitchenId,
    status: meal.status,
    fridge_id: meal.fridgeId,
    customer_id: meal.customerId,
    price: priceOf(meal.price, meal.currency),
    produced_at: new Date(meal.producedAt).toISOString(),
    expires_at: new Date(meal.expiresAt).toISOString(),
    since: new Date(meal.since).toISOString(),
  };
}

function viewOfRow(row: MealRow): View {
  return {
    id: row.meal_id,
    lot_id: row.lot_id,
    sku: row.sku,
    kitchen_id: row.kitchen_id,
    status: row.status,
    fridge_id: row.fridge_id,
    customer_id: row.customer_id,
    price: priceOf(row.price === null ? null : Number(row.price), row.currency),
    produced_at: row.produced_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    since: row.since.toISOString(),
  };
}

function priceOf(amount: number | null, currency: string | null): View['price'] {
  return amount === null || currency === null ? null : { amount, currency };
}

type Viewer = { customerId?: string; roles: readonly string[] };

/** Who bought a meal is between the customer and those who answer for the fridge. */
function maySee(viewer: Viewer, customerId: string): boolean {
  return (
    viewer.customerId === customerId || viewer.roles.some((role) => role === 'operations' || role === 'admin')
  );
}

function hideCustomer(view: View, viewer: Viewer): View {
  return view.customer_id === null || maySee(viewer, view.customer_id)
    ? view
    : { ...view, customer_id: null };
}
