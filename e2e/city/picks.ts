import type { Client } from '../platform/client.ts';
import { codeOf, command, look, type Today, wait } from './district.ts';
import type { Portion, Shop } from './shop.ts';

export interface PickList {
  id: string;
  lines: { fridge_id: string; sku: string; meals: string[] }[];
  short: unknown[];
}
interface MealView {
  lot_id: string;
  sku: string;
  expires_at: string;
}

/**
 * What the kitchen has to pack for a courier's trip. The list is made anew for the gaps that are left, because the
 * kitchen's meals are known there some moments after they were made.
 */
export async function pickFor(today: Today, courier: Client, shops: readonly Shop[]): Promise<PickList[]> {
  const [kitchen] = today.kitchens;
  if (!kitchen || shops.length === 0) return [];
  const lists: PickList[] = [];
  const wish = {
    kitchen_id: kitchen.credential.ids.kitchen_id,
    courier_id: courier.credential.ids.courier_id,
    fridge_ids: shops.map(({ id }) => id),
    // Hours of ours: the food of this city does not keep that long.
    min_hours_left: 0,
  };
  await wait(today, 'every gap has a meal', async () => {
    const { status, body } = await command<PickList>(today, kitchen, '/api/v1/pick-lists', wish);
    if (status === 201) lists.push(body);
    else if (codeOf(body) !== 'nothing-to-pick') throw new Error(`a pick list: ${status} ${codeOf(body)}`);
    return body.short.length === 0;
  });
  return lists;
}

/** All meals of a list leave with its courier. */
export async function shipList(today: Today, courier: Client, { id, lines }: PickList): Promise<void> {
  const { status, body } = await command(today, courier, `/api/v1/pick-lists/${id}/ship`, {});
  const meals = lines.reduce((total, line) => total + line.meals.length, 0);
  if (status === 200) today.tally.add('shipped', meals);
  else today.tally.complain(`a list was not shipped: ${status} ${codeOf(body)}`);
}

/** What the lists have for a fridge. They may hold what an earlier day left at the kitchen. */
export async function portionsFor(
  today: Today,
  courier: Client,
  lists: readonly PickList[],
  shop: Shop,
): Promise<Portion[]> {
  const ids = lists.flatMap(({ lines }) =>
    lines.filter(({ fridge_id }) => fridge_id === shop.id).flatMap(({ meals }) => meals),
  );
  return Promise.all(ids.map((mealId) => portionOf(today, courier, mealId)));
}

async function portionOf(today: Today, courier: Client, mealId: string): Promise<Portion> {
  const lot = today.lots.find(({ meals }) => meals.includes(mealId));
  if (lot) {
    lot.meals = lot.meals.filter((id) => id !== mealId);
    return { mealId, lotId: lot.id, sku: lot.sku, expiresAt: lot.expiresAt };
  }
  const { lot_id, sku, expires_at } = await look<MealView>(today, courier, `/api/v1/meals/${mealId}`);
  return { mealId, lotId: lot_id, sku, expiresAt: Date.parse(expires_at) };
}
