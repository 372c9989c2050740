import { carry } from './courier.ts';
import { look, type Today, tell, wait } from './district.ts';
import { makeLot } from './kitchen.ts';
import { pokeBowl } from './menu.ts';
import { care } from './tend.ts';

/** A courier has to get there first. Milliseconds. */
const atLeast = 20_000;

/** Raw fish for the afternoon, forgotten at the back of a shelf: it expires, and keeps its fridge shut until it is out. */
export async function forget(today: Today): Promise<void> {
  const { clock, couriers, operations, tally } = today;
  const [courier = operations] = couriers;
  const shop = today.shops[3];
  if (!shop?.open) return;
  const now = Date.now();
  const lot = await makeLot(today, pokeBowl, 2, {
    producedAt: now,
    expiresAt: now + Math.max(atLeast, clock.hours(3)),
  });
  if (!lot) return;
  const meals = lot.meals.splice(0);
  shop.hide(meals);
  const { id: lotId, sku, expiresAt } = lot;
  await carry(
    today,
    courier,
    shop,
    meals.map((mealId) => ({ mealId, lotId, sku, expiresAt })),
  );
  for (const id of meals)
    await wait(
      today,
      `${id} has expired`,
      async () =>
        (await look<{ status: string }>(today, courier, `/api/v1/meals/${id}`)).status === 'EXPIRED',
      expiresAt - now + 60_000,
    );
  while (meals.some((id) => shop.fridge.inside.has(id))) await care(today, courier, shop);
  tally.add('expired', meals.length);
  tell(today, 'expiry', `${meals.length} meals expired in ${shop.id}, and were taken out`);
}
