import { idPattern, metroOf } from '@dabba/contracts';
import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { type App, type StoreDeps, typedText } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { fridgeRef } from '../fridge/fridge.ts';
import { refuseInMaintenance } from '../fridge/maintenance.ts';
import { isRecalled, lotRef } from '../lot/lot.ts';
import { placesTaken } from '../read-models/meal-list.ts';
import { closed, Id, IdParams } from '../schemas.ts';
import { releaseReservation } from '../tasks/release-reservation.ts';
import { type Act, type Asked, actOnMeal } from './act.ts';
import { answersForAll, claimantOf } from './claimant.ts';
import { MealView } from './view.ts';

const Note = typedText(500, { minLength: 1 });
const Trip = Type.Object(
  { fridge_id: Type.Optional(Id), courier_id: Type.Optional(Id), route_id: Type.Optional(Id) },
  closed,
);
const Claim = Type.Object(
  {
    minutes: Type.Integer({ minimum: 1, maximum: 60, default: 10 }),
    customer_id: Type.Optional(Type.String({ pattern: idPattern, description: 'For operations' })),
  },
  closed,
);
const Noted = Type.Object({ note: Note }, closed);
const Because = Type.Object({ reason: Note }, closed);

/** What people do with a meal, one route a command of its state machine (S0-STM-01). */
export function mealCommandRoutes(app: App, deps: StoreDeps): void {
  const about = (summary: string) => ({
    tags: ['meals'],
    summary,
    params: IdParams,
    response: { 200: MealView },
  });
  const path = (command: string) => `/api/v1/meals/:id/${command}`;

  app.post(
    path('ship'),
    {
      config: { permission: 'meals:move' },
      schema: { ...about('A meal leaves its kitchen'), body: Trip },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, (asked) => ship(deps, asked, request.body)),
  );
  app.post(
    path('return'),
    {
      config: { permission: 'meals:move' },
      schema: { ...about('A meal is brought back unsold'), body: Noted },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, (asked) => {
        const closedNow = refuseInMaintenance(metroOf(deps.region, asked.metro), asked.now);
        return closedNow ?? otherKitchen(asked) ?? { command: { do: 'return', ...request.body } };
      }),
  );
  app.post(
    path('reserve'),
    {
      config: { permission: 'meals:reserve' },
      schema: { ...about('Keep a meal for a customer'), body: Claim },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, (asked) => {
        const customerId = claimantOf(asked.principal, request.body.customer_id);
        return isRefusal(customerId) ? customerId : reserve(asked, request, customerId);
      }),
  );
  app.post(
    path('release'),
    {
      config: { permission: 'meals:reserve' },
      schema: about('Give up a reservation'),
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, ({ principal }) => {
        const customerId = answersForAll(principal) ? null : claimantOf(principal, undefined);
        return isRefusal(customerId) ? customerId : { command: { do: 'release', customerId } };
      }),
  );
  app.post(
    path('spoil'),
    {
      config: { permission: 'meals:correct' },
      schema: { ...about('A meal is damaged and may not be eaten'), body: Noted },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, () => ({
        command: { do: 'spoil', ...request.body },
      })),
  );
  app.post(
    path('withdraw'),
    {
      config: { permission: 'meals:correct' },
      schema: { ...about('Correct the stock: a meal is not for sale, and why'), body: Noted },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, () => ({
        command: { do: 'withdraw', ...request.body },
      })),
  );
  app.post(
    path('refund'),
    {
      config: { permission: 'meals:correct', idempotencyKey: 'required' },
      schema: { ...about('Give back what was paid for a meal'), body: Because },
    },
    (request, reply) =>
      actOnMeal(deps, request, reply, request.params.id, () => ({
        command: { do: 'refund', ...request.body },
      })),
  );
}

/**
 * A full fridge is no place to ship to. The count trails by milliseconds, so shipments at the same moment may exceed the
 * capacity together: advice to whoever loads the van. What a fridge then sees put in is taken as a fact.
 */
async function ship(
  { db, region }: StoreDeps,
  asked: Asked,
  { fridge_id, courier_id, route_id }: Static<typeof Trip>,
): Promise<Act | Refusal> {
  const { principal, metro, now } = asked;
  const refused = refuseInMaintenance(metroOf(region, metro), now) ?? otherKitchen(asked);
  if (refused) return refused;
  if (principal.courierId !== undefined && courier_id !== undefined && courier_id !== principal.courierId)
    return refuse(403, 'other-courier', 'You carry your own meals only', { pointer: '/courier_id' });
  const courierId = courier_id ?? principal.courierId ?? null;
  const fridgeId = fridge_id ?? null;
  const command = { do: 'ship', fridgeId, courierId, routeId: route_id ?? null } as const;
  if (fridgeId === null) return { command };
  const fridge = fridgeRef(fridgeId, metro);
  const taken = await placesTaken(db, fridgeId);
  return {
    command,
    beside: [fridge],
    forbids(unit) {
      const { name, metro: home, capacity } = unit.load(fridge).state;
      const pointer = '/fridge_id';
      if (name === null || home !== metro)
        return refuse(422, 'fridge-unknown', `No fridge ${fridgeId} in ${metro}`, { pointer });
      if (taken < capacity) return undefined;
      return refuse(409, 'fridge-full', `${fridgeId} has place for ${capacity} meals`, { capacity, taken });
    },
  };
}

function reserve(
  { meal, metro, now }: Asked,
  { params, body }: { params: { id: string }; body: { minutes: number } },
  customerId: string,
): Act {
  const lot = lotRef(meal.lotId, metro);
  return {
    command: { do: 'reserve', customerId, until: now + body.minutes * 60_000 },
    beside: [lot],
    forbids: (unit) =>
      isRecalled(unit.load(lot).state)
        ? refuse(409, 'lot-recalled', 'The lot of this meal was recalled')
        : undefined,
    follows: (events) =>
      events.flatMap(({ type, data }) =>
        type === 'MealReserved' ? [releaseReservation({ mealId: params.id, metro, until: data.until })] : [],
      ),
  };
}

/** Kitchen staff move what their own kitchen made. */
function otherKitchen({ principal, meal }: Asked) {
  const { kitchenId } = principal;
  if (kitchenId === undefined || kitchenId === meal.kitchenId) return undefined;
  return refuse(403, 'other-kitchen', `You work for ${kitchenId}, not for ${meal.kitchenId}`);
}
