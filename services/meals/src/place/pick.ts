import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { fridgeRef } from '../fridge/fridge.ts';
import { lotRef } from '../lot/lot.ts';
import { mealRef } from '../meal/meal.ts';
import { type FreeMeal, freeMeals, mealsAround } from '../read-models/places.ts';
import { type ListWish, makeList, mostOnList } from './make-list.ts';
import { pickListRef } from './pick-list.ts';
import { listView } from './pick-list-view.ts';
import type { FridgeKnown } from './shelf.ts';
import { supplyRef } from './supply.ts';

export interface PickWish extends ListWish {
  metro: string;
  /** In the order of the trip. */
  fridgeIds: readonly string[];
}

/** More than is needed of each product, because some may be claimed while we look. */
const slack = 50;

/** Makes a pick list and claims its meals, in one transaction. Lists say where to look; the streams say what is so. */
export async function pick(
  { store, db }: Pick<StoreDeps, 'store' | 'db'>,
  { metro, fridgeIds, ...wish }: PickWish,
  context: CommandContext,
): Promise<Executed<unknown> | Refusal> {
  const list = pickListRef(wish.pickListId, metro);
  const stops = await Promise.all(
    fridgeIds.map(async (id) => {
      const supply = supplyRef(id, metro);
      const [{ state }, around] = await Promise.all([store.load(supply), mealsAround(db, id)]);
      const ids = new Set([...around, ...Object.keys(state.picks)]);
      return {
        ...{ supply, levels: state.levels, fridge: fridgeRef(id, metro) },
        around: new Map([...ids].map((mealId) => [mealId, mealRef(mealId, metro)])),
      };
    }),
  );
  const wanted = new Map<string, number>();
  for (const { levels } of stops)
    for (const { sku, par } of levels) wanted.set(sku, (wanted.get(sku) ?? 0) + par);
  const { kitchenId, goodUntil } = wish;
  const free: FreeMeal[] = [];
  for (const [sku, par] of wanted) {
    const limit = Math.min(par, mostOnList) + slack;
    free.push(...(await freeMeals(db, { kitchenId, metro, sku, goodUntil, limit })));
  }
  const offered = free.map(({ meal_id, lot_id }) => ({ ref: mealRef(meal_id, metro), lotId: lot_id }));
  const lots = new Map(free.map(({ lot_id }) => [lot_id, lotRef(lot_id, metro)]));
  const streams = [
    list,
    ...stops.flatMap(({ fridge, supply, around }) => [fridge, supply, ...around.values()]),
    ...offered.map(({ ref }) => ref),
    ...lots.values(),
  ];
  return store.transact(
    [...new Map(streams.map((ref) => [ref.id, ref])).values()],
    (unit) => {
      const fridges: FridgeKnown[] = [];
      for (const { fridge, supply, around } of stops) {
        const { name, metro: home, capacity, cold } = unit.load(fridge).state;
        if (name === null || home !== metro)
          return refuse(422, 'fridge-unknown', `No fridge ${fridge.id} in ${metro}`, {
            pointer: '/fridge_ids',
          });
        fridges.push({
          fridgeId: fridge.id,
          capacity,
          locked: cold.lock !== null,
          supply: unit.load(supply).state,
          meals: new Map([...around].map(([id, ref]) => [id, unit.load(ref).state])),
        });
      }
      const decided = makeList(
        fridges,
        offered.map(({ ref, lotId }) => {
          const lot = lots.get(lotId);
          return { mealId: ref.id, meal: unit.load(ref).state, lot: lot ? unit.load(lot).state : null };
        }),
        wish,
      );
      if (isRefusal(decided)) return decided;
      for (const { fridge, supply } of stops) {
        const claimed = decided.supplies.get(fridge.id);
        if (claimed) unit.append(supply, [claimed]);
      }
      for (const { ref } of offered) {
        const picked = decided.meals.get(ref.id);
        if (picked) unit.append(ref, [picked]);
      }
      return listView(wish.pickListId, unit.append(list, [decided.list]));
    },
    context,
    {
      answer: (body) => ({
        status: 201,
        headers: { location: `/api/v1/pick-lists/${wish.pickListId}` },
        body,
      }),
    },
  );
}
