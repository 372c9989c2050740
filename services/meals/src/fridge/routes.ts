import { idPattern, newId } from '@dabba/contracts';
import { isRefusal, refuse } from '@dabba/event-store';
import {
  type App,
  homeMetro,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
  typedText,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { issuePolicies } from '../offline/issue-policies.ts';
import { fleetRow } from '../read-models/fleet-query.ts';
import { salesOf } from '../read-models/fridge-sales.ts';
import { allergensOf } from '../read-models/lot-allergens.ts';
import { unsafeIn } from '../read-models/lot-recall.ts';
import { stockOf } from '../read-models/meal-list.ts';
import { Id, IdParams, Time } from '../schemas.ts';
import { watchFleet } from '../tasks/watch-fleet.ts';
import { decideFridge } from './decide.ts';
import { FleetView, fleetView } from './fleet-routes.ts';
import { type Fridge, fridgeRef } from './fridge.ts';

const Kind = Type.Union([Type.Literal('LOCK'), Type.Literal('UNLOCK'), Type.Literal('REPORT')]);
const Command = Type.Object({ command_id: Id, kind: Type.String(), reason: Type.String(), issued_at: Time });
const NewFridge = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: idPattern })),
    name: typedText(100, { minLength: 1 }),
    capacity: Type.Integer({ minimum: 1, maximum: 1000 }),
    metro: Type.Optional(Type.String({ description: 'For callers who work in several metros' })),
  },
  { additionalProperties: false },
);
const NewCommand = Type.Object(
  { kind: Kind, reason: typedText(200, { minLength: 1 }) },
  { additionalProperties: false },
);
const Allergens = Type.Union([Type.Array(Type.String()), Type.Null()], {
  description: 'Empty: none. Null: unknown, which is not the same',
});
const Stocked = Type.Object({
  meal_id: Id,
  lot_id: Id,
  sku: Id,
  expires_at: Time,
  stocked_at: Time,
  allergens: Allergens,
  may_contain: Allergens,
});
const FridgeView = Type.Object({
  ...FleetView,
  stock: Type.Array(Stocked),
  unsafe: Type.Array(Id, {
    description: 'Meals inside that nobody may eat; while there is one, it opens for staff alone',
  }),
  pending_commands: Type.Array(Command),
});
/** Until the fleet has folded its first event. */
const unheard = { online: false, last_seen: null, temperature_c: null, temperature_at: null };
const Sales = Type.Object({
  items: Type.Array(
    Type.Object({
      day: Type.String({ format: 'date' }),
      currency: Type.String(),
      meals: Type.Integer(),
      amount: Type.Number({ description: 'Minor units' }),
    }),
  ),
});

export function fridgeRoutes(app: App, { store, db, region, now }: StoreDeps): void {
  app.post(
    '/api/v1/fridges',
    {
      config: { permission: 'fridges:register' },
      schema: {
        tags: ['fridges'],
        summary: 'A fridge joins a metro',
        body: NewFridge,
        response: { 201: Type.Object({ id: Id }) },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { id: fridgeId = newId(), name, capacity, metro: wanted } = request.body;
        const metro = homeMetro(region, principalOf(request), wanted);
        if (isRefusal(metro)) return metro;
        const command = {
          do: 'register',
          fridgeId,
          metro: metro.id,
          name,
          capacity,
          now: context.now,
        } as const;
        const ref = fridgeRef(fridgeId, metro.id);
        return store.transact(
          [ref],
          (unit) => {
            const events = decideFridge(unit.load(ref).state, command);
            if (isRefusal(events)) return events;
            unit.append(ref, events);
            unit.enqueue(watchFleet(metro.id, context.now + 60_000));
            unit.enqueue(issuePolicies(metro.id, context.now));
            return undefined;
          },
          context,
          {
            answer: () => ({
              status: 201,
              headers: { location: `/api/v1/fridges/${fridgeId}` },
              body: { id: fridgeId },
            }),
          },
        );
      }),
  );

  app.get(
    '/api/v1/fridges/:id',
    {
      config: { permission: 'fridges:read' },
      schema: {
        tags: ['fridges'],
        summary: 'A fridge with what it holds and may sell',
        params: IdParams,
        response: { 200: FridgeView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { state: fridge, version } = await store.load(fridgeRef(id, ''));
      if (version === 0)
        throw new Problem({ status: 404, code: 'fridge-unknown', detail: `No fridge ${id}` });
      const [stock, unsafe, row] = await Promise.all([
        stockOf(db, id),
        unsafeIn(db, id, now()),
        fleetRow(db, id),
      ]);
      const lots = await allergensOf(
        db,
        stock.map((meal) => meal.lot_id),
      );
      return {
        ...(row ? fleetView(row, now()) : unheard),
        id,
        name: fridge.name,
        metro: fridge.metro,
        capacity: fridge.capacity,
        locked: fridge.cold.lock?.reason ?? null,
        alerts: fridge.alerts,
        stock_count: stock.length,
        stock: stock.map((meal) => ({
          meal_id: meal.meal_id,
          lot_id: meal.lot_id,
          sku: meal.sku,
          expires_at: meal.expires_at.toISOString(),
          stocked_at: meal.since.toISOString(),
          allergens: lots.get(meal.lot_id)?.allergens ?? null,
          may_contain: lots.get(meal.lot_id)?.may_contain ?? null,
        })),
        unsafe,
        pending_commands: Object.entries(fridge.pending).map(([command_id, { kind, reason, issuedAt }]) => ({
          command_id,
          kind,
          reason,
          issued_at: new Date(issuedAt).toISOString(),
        })),
      };
    },
  );

  app.get(
    '/api/v1/fridges/:id/sales',
    {
      config: { permission: 'fridges:sales' },
      schema: {
        tags: ['fridges'],
        summary: 'Meals sold and money taken, by UTC day, newest first',
        params: IdParams,
        querystring: Type.Object(
          { days: Type.Integer({ minimum: 1, maximum: 366, default: 30 }) },
          { additionalProperties: false },
        ),
        response: { 200: Sales },
      },
    },
    async (request) => ({ items: await salesOf(db, request.params.id, request.query.days) }),
  );

  app.post(
    '/api/v1/fridges/:id/commands',
    {
      config: { permission: 'fridges:command' },
      schema: {
        tags: ['fridges'],
        summary: 'Ask a fridge to do something; sent until it confirms',
        params: IdParams,
        body: NewCommand,
        response: { 201: Command },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { id: fridgeId } = request.params;
        const { metro } = principalOf(request);
        const { kind, reason } = request.body;
        const commandId = newId();
        const command = { do: 'command', fridgeId, commandId, kind, reason, now: context.now } as const;
        const decide = (fridge: Fridge) =>
          metro === undefined || fridge.metro === null || fridge.metro === metro
            ? decideFridge(fridge, command)
            : refuse(403, 'other-metro', `Fridge ${fridgeId} does not stand in ${metro}`);
        const body = { command_id: commandId, kind, reason, issued_at: new Date(context.now).toISOString() };
        return store.execute(fridgeRef(fridgeId, metro ?? ''), decide, context, {
          answer: () => ({ status: 201, body }),
        });
      }),
  );
}
