import { type App, cursorOf, PageQuery, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { alertsOf, type FleetRow, fleetRow, listFleet, onlineFor } from '../read-models/fleet-query.ts';
import { Id, IdParams, orNull, Time } from '../schemas.ts';

/** What the fleet knows of a fridge; also part of the view of one. */
export const FleetView = {
  id: Id,
  name: orNull(Type.String()),
  metro: orNull(Type.String()),
  capacity: Type.Integer(),
  online: Type.Boolean({ description: 'Heard within 90 seconds' }),
  last_seen: Type.Union([Time, Type.Null()]),
  temperature_c: Type.Union([Type.Number(), Type.Null()]),
  temperature_at: Type.Union([Time, Type.Null()]),
  locked: orNull(Type.String({ description: 'Why nothing is sold from it; null where it sells' })),
  alerts: Type.Integer(),
  stock_count: Type.Integer(),
};
const Fleet = Type.Object({
  items: Type.Array(Type.Object(FleetView)),
  next_cursor: orNull(Type.String()),
});
const Filter = Type.Object(
  { locked: Type.Optional(Type.Boolean()), online: Type.Optional(Type.Boolean()), ...PageQuery },
  { additionalProperties: false },
);
const Alerts = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Id,
      alert: Type.String(),
      detail: Type.String(),
      meal_id: orNull(Type.String()),
      raised_at: Time,
    }),
  ),
  next_cursor: orNull(Type.String()),
});

const fleetCursor = cursorOf(Type.Object({ after: Id }));
const alertCursor = cursorOf(Type.Object({ at: Time, id: Id }));

export function fleetRoutes(app: App, { db, now }: StoreDeps): void {
  app.get(
    '/api/v1/fridges',
    {
      config: { permission: 'fridges:read' },
      schema: {
        tags: ['fridges'],
        summary: 'Fridges by id, with what was last heard of them',
        querystring: Filter,
        response: { 200: Fleet },
      },
    },
    async (request) => {
      const { limit = 50, cursor, ...filter } = request.query;
      const { metro } = principalOf(request);
      const after = fleetCursor.decode(cursor)?.after;
      const rows = await listFleet(db, {
        ...filter,
        ...(metro !== undefined && { metro }),
        ...(after !== undefined && { after }),
        limit: limit + 1,
        now: now(),
      });
      const items = rows.slice(0, limit).map((row) => fleetView(row, now()));
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next_cursor: more ? fleetCursor.encode({ after: last.id }) : null };
    },
  );

  app.get(
    '/api/v1/fridges/:id/alerts',
    {
      config: { permission: 'fridges:command' },
      schema: {
        tags: ['fridges'],
        summary: 'Alarms of a fridge, newest first',
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: Alerts },
      },
    },
    async (request) => {
      const { limit = 50, cursor } = request.query;
      const { id } = request.params;
      const { metro } = principalOf(request);
      const fridge = await fleetRow(db, id);
      if (!fridge || (metro !== undefined && fridge.metro !== metro))
        throw new Problem({ status: 404, code: 'fridge-unknown', detail: `No fridge ${id}` });
      const place = alertCursor.decode(cursor);
      const before = place && { raised_at: new Date(place.at), alert_id: place.id };
      const rows = await alertsOf(db, id, before, limit + 1);
      const items = rows.slice(0, limit).map(({ alert_id, raised_at, ...alert }) => ({
        ...alert,
        id: alert_id,
        raised_at: raised_at.toISOString(),
      }));
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next_cursor: more ? alertCursor.encode({ at: last.raised_at, id: last.id }) : null };
    },
  );
}

export function fleetView(row: FleetRow, now: number) {
  return {
    id: row.fridge_id,
    name: row.name,
    metro: row.metro,
    capacity: row.capacity,
    online: row.last_seen !== null && now - row.last_seen.getTime() < onlineFor,
    last_seen: row.last_seen?.toISOString() ?? null,
    temperature_c: row.temperature_c,
    temperature_at: row.read_at?.toISOString() ?? null,
    locked: row.locked,
    alerts: row.alerts,
    stock_count: row.stock_count,
  };
}
