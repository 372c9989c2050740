import type { Client } from '../platform/client.ts';
import { codeOf, command, look, rest, type Today, tell, wait } from './district.ts';
import { type PickList, pickFor, portionsFor, shipList } from './picks.ts';
import { staffSession } from './session.ts';
import type { Portion, Shop } from './shop.ts';
import { fridgeOf } from './tend.ts';

interface Plan {
  courier: Client;
  /** In the order of the trip. */
  stops: readonly Shop[];
  lists: readonly PickList[];
}

/** Every fridge is brought back to PAR by one of the couriers, who have their trips side by side. */
export async function deliver(today: Today): Promise<void> {
  const { couriers, shops } = today;
  const plans: Plan[] = [];
  // One list after another, so that no two want the same meals.
  for (const [index, courier] of couriers.entries()) {
    const stops = shops.filter((_, turn) => turn % couriers.length === index);
    plans.push({ courier, stops, lists: await pickFor(today, courier, stops) });
  }
  const brought = await Promise.all(plans.map((plan) => drive(today, plan)));
  const meals = brought.reduce((total, count) => total + count, 0);
  tell(today, 'couriers', `couriers stocked ${meals} meals into ${shops.length} fridges`);
}

async function drive(today: Today, { courier, stops, lists }: Plan): Promise<number> {
  let meals = 0;
  for (const list of lists) await shipList(today, courier, list);
  for (const shop of stops) {
    const portions = await portionsFor(today, courier, lists, shop);
    await fill(today, courier, shop, portions);
    meals += portions.length;
  }
  return meals;
}

/** Without a list: one meal after the other leaves with a courier, bound for a fridge. */
export async function carry(
  today: Today,
  courier: Client,
  shop: Shop,
  portions: readonly Portion[],
): Promise<void> {
  for (const { mealId } of portions) {
    const { status, body } = await command(today, courier, `/api/v1/meals/${mealId}/ship`, {
      fridge_id: shop.id,
    });
    if (status === 200) today.tally.add('shipped', 1);
    else today.tally.complain(`ship: ${status} ${codeOf(body)}`);
  }
  await fill(today, courier, shop, portions);
}

/** A drive, and a staff session in which the meals are put in. */
async function fill(today: Today, courier: Client, shop: Shop, portions: readonly Portion[]): Promise<void> {
  await rest(today, 0.3);
  const added = portions.map(({ mealId }) => mealId);
  await staffSession(today, courier, shop, () => ({ added }));
  for (const portion of portions) shop.portions.set(portion.mealId, portion);
  await wait(today, `the shelf of ${shop.id} is known`, () => isKnown(today, courier, shop, added));
  today.tally.add('stocked', added.length);
  shop.open = true;
}

/** For sale, so far as anybody can see, or ended already. */
async function isKnown(
  today: Today,
  courier: Client,
  shop: Shop,
  mealIds: readonly string[],
): Promise<boolean> {
  const { stock } = await fridgeOf(today, courier, shop);
  for (const id of mealIds) {
    if (stock.some(({ meal_id }) => meal_id === id)) continue;
    const { status } = await look<{ status: string }>(today, courier, `/api/v1/meals/${id}`);
    if (['PRODUCED', 'IN_TRANSIT', 'STOCKED'].includes(status)) return false;
  }
  return true;
}
