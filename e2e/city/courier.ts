import type { Client } from '../platform/client.ts';
import { codeOf, command, type Lot, look, rest, type Today, tell, wait } from './district.ts';
import { levelOf } from './level.ts';
import { staffSession } from './session.ts';
import type { Shop } from './shop.ts';

/** Requests of one courier under way at once. */
const atOnce = 6;

interface Load {
  shop: Shop;
  portions: { mealId: string; lot: Lot }[];
}

/** Every fridge is filled up to its level by one of the couriers, who have their rounds side by side. */
export async function deliver(today: Today): Promise<void> {
  const loads = loadVans(today);
  await Promise.all(
    today.couriers.map(async (courier, index) => {
      for (const van of loads.filter((_, turn) => turn % today.couriers.length === index))
        await load(today, courier, van);
    }),
  );
  const meals = loads.reduce((total, { portions }) => total + portions.length, 0);
  tell(today, 'couriers', `couriers stocked ${meals} meals into ${loads.length} fridges`);
}

/** Deals the dishes out in turn, so that every fridge has some of each. */
function loadVans(today: Today): Load[] {
  const { shops, lots } = today;
  return shops.map((shop, index) => ({
    shop,
    portions: deal(lots, levelOf(today, index) - shop.fridge.inside.size),
  }));
}

function deal(lots: readonly Lot[], count: number): Load['portions'] {
  const dealt: Load['portions'] = [];
  for (let turn = 0; dealt.length < count && lots.some(({ meals }) => meals.length > 0); turn++) {
    const lot = lots[turn % lots.length];
    const mealId = lot?.meals.shift();
    if (lot && mealId !== undefined) dealt.push({ mealId, lot });
  }
  return dealt;
}

/** Ships the meals, drives, and puts them in. */
export async function load(today: Today, courier: Client, { shop, portions }: Load): Promise<void> {
  const waiting = [...portions];
  const carry = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const path = `/api/v1/meals/${next.mealId}/ship`;
      const { status, body } = await command(today, courier, path, { fridge_id: shop.id });
      if (status === 200) today.tally.add('shipped', 1);
      else today.tally.complain(`ship: ${status} ${codeOf(body)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, carry));
  await rest(today, 0.3);
  const added = portions.map(({ mealId }) => mealId);
  await staffSession(today, courier, shop, () => ({ added }));
  for (const { mealId, lot } of portions)
    shop.portions.set(mealId, { mealId, lotId: lot.id, sku: lot.sku, expiresAt: lot.expiresAt });
  await wait(today, `the shelf of ${shop.id} is known`, async () => {
    const { stock } = await look<{ stock: { meal_id: string }[] }>(
      today,
      courier,
      `/api/v1/fridges/${shop.id}`,
    );
    return added.every((id) => stock.some(({ meal_id }) => meal_id === id));
  });
  today.tally.add('stocked', added.length);
  shop.open = true;
}
