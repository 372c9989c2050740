import { newId } from '@dabba/contracts';
import {
  type CommandContext,
  type Executed,
  isRefusal,
  type Refusal,
  refuseForNow,
} from '@dabba/event-store';
import { type App, principalOf, runCommand, type StoreDeps, typedText } from '@dabba/service-kit';
import { Type } from 'typebox';
import { fridgeRef } from '../fridge/fridge.ts';
import { mealRef } from '../meal/meal.ts';
import { seenInside } from '../read-models/fleet-query.ts';
import { mealsAround } from '../read-models/places.ts';
import { Id, IdParams } from '../schemas.ts';
import { sessionRef } from '../session/session.ts';
import { type Count, correctStock } from './correct.ts';
import { knownFridge } from './known-fridge.ts';
import { supplyRef } from './supply.ts';

const Counted = Type.Object(
  {
    counted: Type.Array(Id, { maxItems: 1000, uniqueItems: true, description: 'Every meal that lies there' }),
    reason: typedText(500, { minLength: 1 }),
  },
  { additionalProperties: false },
);
const Correction = Type.Object({
  id: Id,
  fridge_id: Id,
  missing: Type.Array(Id, { description: 'The books had them there: unexplained now, or taken out' }),
  found: Type.Array(Id, { description: 'The books had them elsewhere: stocked here now' }),
  disputed: Type.Array(Id, {
    description: 'They had ended: nothing sells them, and they have to be taken out',
  }),
});

/** Times it looks again because the doors were opened between looking and deciding. */
const looks = 5;
const lookAgain = refuseForNow('busy', 'The fridge is used too much to be counted');

export function correctionRoutes(app: App, deps: StoreDeps): void {
  app.post(
    '/api/v1/fridges/:id/corrections',
    {
      config: { permission: 'stock:correct' },
      schema: {
        tags: ['places'],
        summary: 'Somebody counted a fridge: the books follow, with who and why',
        params: IdParams,
        body: Counted,
        response: { 201: Correction },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: fridgeId } = request.params;
        const { metro } = await knownFridge(deps, principalOf(request), fridgeId);
        const count = { fridgeId, correctionId: newId(), ...request.body, now: context.now };
        for (let look = 0; look < looks; look++) {
          const outcome = await correct(deps, metro, count, context);
          if (!(outcome.refused && outcome.code === lookAgain.code)) return outcome;
        }
        return lookAgain;
      }),
  );
}

async function correct(
  { store, db }: StoreDeps,
  metro: string,
  count: Count,
  context: CommandContext,
): Promise<Executed<unknown> | Refusal> {
  const { fridgeId } = count;
  const fridge = fridgeRef(fridgeId, metro);
  const supply = supplyRef(fridgeId, metro);
  const [around, inside, { state }] = await Promise.all([
    mealsAround(db, fridgeId),
    seenInside(db, fridgeId),
    store.load(fridge),
  ]);
  const elsewhere = new Set(await ofOtherMetros(store, metro, count.counted, around));
  const ids = new Set([...count.counted.filter((id) => !elsewhere.has(id)), ...around]);
  const meals = [...ids].map((id) => mealRef(id, metro));
  const sessions = new Map(state.openings.map(({ sessionId }) => [sessionId, sessionRef(sessionId, metro)]));
  return store.transact(
    [fridge, supply, ...meals, ...sessions.values()],
    (unit) => {
      const { openings } = unit.load(fridge).state;
      if (openings.some(({ sessionId }) => !sessions.has(sessionId))) return lookAgain;
      const decided = correctStock(
        {
          meals: new Map(meals.map((meal) => [meal.id, unit.load(meal).state])),
          listed: new Set(inside.map(({ meal_id }) => meal_id)),
          sessions: [...sessions.values()].map((session) => unit.load(session).state),
        },
        count,
      );
      if (isRefusal(decided)) return decided;
      for (const meal of meals) unit.append(meal, decided.meals.get(meal.id) ?? []);
      unit.append(supply, decided.supply);
      const { missing, found, disputed } = decided;
      return { id: count.correctionId, fridge_id: fridgeId, missing, found, disputed };
    },
    context,
    { answer: (body) => ({ status: 201, body }) },
  );
}

/** Meals that no list has here may be of another metro, where nobody of this one may move them. */
async function ofOtherMetros(
  store: StoreDeps['store'],
  metro: string,
  counted: readonly string[],
  around: readonly string[],
): Promise<string[]> {
  const here = new Set(around);
  const made = await Promise.all(
    counted
      .filter((id) => !here.has(id))
      .map(async (id) => ({ id, first: (await store.history(id, 0, 1))[0] })),
  );
  return made.flatMap(({ id, first }) =>
    first === undefined || first.type !== 'MealProduced' || first.meta.metro !== metro ? [id] : [],
  );
}
