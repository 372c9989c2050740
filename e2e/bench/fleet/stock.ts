import { until } from '@dabba/testing';
import pg from 'pg';
import { request } from 'undici';
import type { Fridge } from '../../simulators/fridge/index.ts';
import { requestOf } from '../load/requests.ts';
import type { Region } from '../world/region.ts';

export interface Shelved {
  fridge: Fridge;
  mealId: string;
}

/** Meals of that status in the list anybody may read. */
export async function countMeals(client: pg.Client, status: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from meal_list where status = $1',
    [status],
  );
  return rows[0]?.count ?? 0;
}

/** Makes so many meals, puts them into the fridges in turn, and waits until they are listed. */
export async function stockFleet(region: Region, fleet: readonly Fridge[], meals: number): Promise<void> {
  const client = new pg.Client({ connectionString: region.mealsDatabase });
  await client.connect();
  try {
    const shelved = await putIn(region, fleet, meals);
    await until(
      'everything is stocked',
      async () => (await countMeals(client, 'STOCKED')) >= shelved.length,
      { within: 120_000 },
    );
  } finally {
    await client.end();
  }
}

/** Puts them into the fridges in turn, and does not wait. */
export async function putIn(region: Region, fleet: readonly Fridge[], meals: number): Promise<Shelved[]> {
  const authorization = await region.token();
  const made: string[] = [];
  while (made.length < meals) {
    const plan = { kind: 'lots' as const, fridges: [], authorization };
    const { path, headers, body } = requestOf(plan, 0, Math.min(500, meals - made.length));
    const answer = await request(`${region.meals}${path}`, { method: 'POST', headers, body });
    const lot = await answer.body.json();
    if (typeof lot !== 'object' || lot === null || !('meals' in lot) || !Array.isArray(lot.meals))
      throw new Error(`no lot was made: ${answer.statusCode}`);
    made.push(...lot.meals.map(String));
  }
  return made.flatMap((mealId, index) => {
    const fridge = fleet[index % fleet.length];
    fridge?.stock([mealId]);
    return fridge ? [{ fridge, mealId }] : [];
  });
}
