import { metroOf, newId } from '@dabba/contracts';
import { type CommandContext, isRefusal, refuse, type UnitOfWork } from '@dabba/event-store';
import { type App, homeMetro, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { fridgeRef } from '../fridge/fridge.ts';
import { refuseInMaintenance } from '../fridge/maintenance.ts';
import { lotRef } from '../lot/lot.ts';
import { mealRef } from '../meal/meal.ts';
import { closed, Id, IdParams } from '../schemas.ts';
import { priceListAt } from '../session/price-list.ts';
import { cancelList, type Ended, type ListState, shipList } from './end-list.ts';
import { knownList } from './known-list.ts';
import { pick } from './pick.ts';
import { mealsOn, type PickList, pickListRef } from './pick-list.ts';
import { listView, PickListView } from './pick-list-view.ts';

const NewList = Type.Object(
  {
    kitchen_id: Id,
    courier_id: Type.Optional(Id),
    fridge_ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 30,
      uniqueItems: true,
      description: 'In the order of the trip',
    }),
    route_id: Type.Optional({ ...Id, description: 'The trip; the id of the list where it is left out' }),
    min_hours_left: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 168,
        description:
          "What expires sooner is neither brought nor counted; the metro's hours of markdown, or 2",
      }),
    ),
    metro: Type.Optional(Type.String({ description: 'For callers who work in several metros' })),
  },
  closed,
);
const Trip = Type.Object({ courier_id: Type.Optional(Id) }, closed);

export function pickListRoutes(app: App, deps: StoreDeps): void {
  const { store, region } = deps;
  app.post(
    '/api/v1/pick-lists',
    {
      config: { permission: 'picks:make' },
      schema: {
        tags: ['places'],
        summary: 'What a kitchen has to pack to bring fridges back to PAR; the meals are claimed for it',
        body: NewList,
        response: { 201: PickListView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { kitchen_id: kitchenId, courier_id, fridge_ids: fridgeIds, route_id, ...body } = request.body;
        const principal = principalOf(request);
        if (principal.kitchenId !== undefined && principal.kitchenId !== kitchenId)
          return refuse(403, 'other-kitchen', `You work for ${principal.kitchenId}, not for ${kitchenId}`, {
            pointer: '/kitchen_id',
          });
        const metro = homeMetro(region, principal, body.metro);
        if (isRefusal(metro)) return metro;
        const pickListId = newId();
        const hours = body.min_hours_left ?? priceListAt(metro, context.now).markdown?.hours ?? 2;
        const { now } = context;
        const ids = { pickListId, kitchenId, courierId: courier_id ?? null, routeId: route_id ?? pickListId };
        const wish = { ...ids, metro: metro.id, fridgeIds, goodUntil: now + hours * 3_600_000, now };
        return pick(deps, wish, context);
      }),
  );

  app.get(
    '/api/v1/pick-lists/:id',
    {
      config: { permission: 'places:read' },
      schema: { tags: ['places'], summary: 'A pick list', params: IdParams, response: { 200: PickListView } },
    },
    async (request) => {
      const { id } = request.params;
      const { list } = await knownList(deps, principalOf(request), id);
      return listView(id, list);
    },
  );

  app.post(
    '/api/v1/pick-lists/:id/ship',
    {
      config: { permission: 'meals:move' },
      schema: {
        tags: ['places'],
        summary: 'All meals of a list leave with its courier, or none',
        params: IdParams,
        body: Trip,
        response: { 200: PickListView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: pickListId } = request.params;
        const principal = principalOf(request);
        const { list, metro } = await knownList(deps, principal, pickListId);
        const { courierId: own } = principal;
        const named = request.body.courier_id;
        if (own !== undefined && named !== undefined && own !== named)
          return refuse(403, 'other-courier', 'You carry your own meals only', { pointer: '/courier_id' });
        const shut = refuseInMaintenance(metroOf(region, metro), context.now);
        const courierId = named ?? own ?? null;
        const ship = { pickListId, courierId, now: context.now };
        return shut ?? endList(pickListId, list, metro, context, (known) => shipList(known, ship));
      }),
  );

  app.post(
    '/api/v1/pick-lists/:id/cancel',
    {
      config: { permission: 'picks:make' },
      schema: {
        tags: ['places'],
        summary: 'A list is given up; its meals are free again',
        params: IdParams,
        response: { 200: PickListView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: pickListId } = request.params;
        const { list, metro } = await knownList(deps, principalOf(request), pickListId);
        const cancel = { pickListId, now: context.now };
        return endList(pickListId, list, metro, context, (known) => cancelList(known, cancel));
      }),
  );

  /** Decides on the list, its meals and their lots, and the fridges they go to. */
  async function endList(
    id: string,
    seen: NonNullable<PickList>,
    metro: string,
    context: CommandContext,
    decide: (known: ListState) => ReturnType<typeof shipList>,
  ) {
    const ref = pickListRef(id, metro);
    const meals = mealsOn(seen).map(({ mealId }) => mealRef(mealId, metro));
    const states = await Promise.all(meals.map((meal) => store.load(meal)));
    const lotIds = new Set(states.flatMap(({ state }) => (state === null ? [] : [state.lotId])));
    const lots = [...lotIds].map((lotId) => lotRef(lotId, metro));
    const fridges = [...new Set(seen.lines.map(({ fridgeId }) => fridgeId))].map((fridgeId) =>
      fridgeRef(fridgeId, metro),
    );
    const known = (unit: UnitOfWork): ListState => ({
      list: unit.load(ref).state,
      meals: new Map(meals.map((meal) => [meal.id, unit.load(meal).state])),
      lots: new Map(lots.map((lot) => [lot.id, unit.load(lot).state])),
      locked: fridges.flatMap((fridge) => (unit.load(fridge).state.cold.lock === null ? [] : [fridge.id])),
    });
    return store.transact(
      [ref, ...meals, ...lots, ...fridges],
      (unit) => {
        const decided: Ended | ReturnType<typeof refuse> = decide(known(unit));
        if (isRefusal(decided)) return decided;
        for (const meal of meals) unit.append(meal, decided.meals.get(meal.id) ?? []);
        return listView(id, unit.append(ref, decided.list));
      },
      context,
      { answer: (body) => ({ status: 200, body }) },
    );
  }
}
