import { type App, cursorOf, PageQuery, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { loadOf, locationsOf } from '../read-models/places.ts';
import { Id, IdParams, orNull, Time } from '../schemas.ts';

const Kind = Type.Union([Type.Literal('COURIER'), Type.Literal('FRIDGE'), Type.Literal('KITCHEN')]);
const Locations = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Kind,
      id: orNull(Type.String({ description: 'Null: on their way with nobody named' })),
      meals: Type.Integer({ description: 'That may still be sold' }),
      ended: Type.Integer({ description: 'That may not, and are there still' }),
      products: Type.Array(Type.Object({ sku: Id, meals: Type.Integer(), first_expiry: Time })),
    }),
  ),
  next_cursor: orNull(Type.String()),
});
const Load = Type.Object({
  courier_id: Id,
  items: Type.Array(
    Type.Object({
      meal_id: Id,
      lot_id: Id,
      sku: Id,
      status: Type.String(),
      fridge_id: orNull(Type.String({ description: 'Where it is bound for' })),
      route_id: orNull(Type.String()),
      expires_at: Time,
      since: Time,
    }),
  ),
  next_cursor: orNull(Type.String()),
});
const Filter = Type.Object({ kind: Type.Optional(Kind), ...PageQuery }, { additionalProperties: false });
const Page = Type.Object(PageQuery, { additionalProperties: false });

const locationCursor = cursorOf(Type.Object({ kind: Kind, id: Type.String() }));
const loadCursor = cursorOf(Type.Object({ after: Id }));

export function locationRoutes(app: App, { db }: StoreDeps): void {
  app.get(
    '/api/v1/locations',
    {
      config: { permission: 'places:read' },
      schema: {
        tags: ['places'],
        summary: 'Kitchens, couriers and fridges with what is there now',
        querystring: Filter,
        response: { 200: Locations },
      },
    },
    async (request) => {
      const { kind, limit = 50, cursor } = request.query;
      const { metro } = principalOf(request);
      const after = locationCursor.decode(cursor);
      const rows = await locationsOf(db, {
        ...(metro !== undefined && { metro }),
        ...(kind !== undefined && { kind }),
        ...(after !== undefined && { after }),
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        items: page.map((row) => ({ ...row, id: row.id === '' ? null : row.id })),
        next_cursor: more ? locationCursor.encode({ kind: last.kind, id: last.id }) : null,
      };
    },
  );

  app.get(
    '/api/v1/couriers/:id/load',
    {
      config: { permission: 'places:read' },
      schema: {
        tags: ['places'],
        summary: 'Meals a courier carries',
        params: IdParams,
        querystring: Page,
        response: { 200: Load },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit = 50, cursor } = request.query;
      const { metro, courierId: own } = principalOf(request);
      if (own !== undefined && own !== id)
        throw new Problem({ status: 403, code: 'other-courier', detail: 'You see your own load only' });
      const after = loadCursor.decode(cursor)?.after;
      const rows = await loadOf(db, id, {
        ...(metro !== undefined && { metro }),
        ...(after !== undefined && { after }),
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(({ expires_at, seen_at, ...meal }) => ({
        ...meal,
        expires_at: expires_at.toISOString(),
        since: seen_at.toISOString(),
      }));
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { courier_id: id, items, next_cursor: more ? loadCursor.encode({ after: last.meal_id }) : null };
    },
  );
}
