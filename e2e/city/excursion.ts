import { look, type Today, tell, wait } from './district.ts';
import { makeLot } from './kitchen.ts';
import { menu } from './menu.ts';
import type { Shop } from './shop.ts';
import { type FridgeView, fridgeOf, tend } from './tend.ts';

const minute = 60_000;
/** The journal of a morning in the cellar: it was filled, cold, and then the compressor failed. Minutes before now. */
const filled = 55;
const failed = 42;
/** Between two readings. */
const step = 3;

/**
 * A fridge warms up. The rule is half an hour above 5 °C by the fridge's own times, and half an hour is longer than a day
 * of this city. So it stands in a cellar that no network reaches: what it noted in the last hour is heard when it comes
 * back, each reading with the time it has. One that was heard less than an hour ago can have no such hour to tell of, and
 * stays in its cellar.
 */
export async function warmUp(today: Today): Promise<void> {
  const { couriers, operations, tally } = today;
  const [, courier = operations] = couriers;
  const { shop, view } = await longestAway(today);
  if (!shop || !view) return;
  const now = Date.now();
  if (view.locked !== null) return putInOrder(today, shop);
  if (view.temperature_at !== null && now - Date.parse(view.temperature_at) < (filled + step) * minute)
    return;

  const lot = await makeLot(today, menu[0], 6, {
    producedAt: now - (filled + 30) * minute,
    expiresAt: now + 8 * 60 * minute,
  });
  if (!lot) return;
  const since = view.temperature_at === null ? now - filled * minute : Date.parse(view.temperature_at);
  noteFilling(shop, lot.meals, since, now);
  shop.fridge.reconnect();
  await wait(today, `it is known what is in ${shop.id}`, async () => {
    const { stock } = await fridgeOf(today, courier, shop);
    return stock.length === lot.meals.length;
  });
  noteWarmth(shop, now);
  await wait(today, `${shop.id} is locked`, async () => {
    const { locked } = await fridgeOf(today, courier, shop);
    return locked === 'EXCURSION';
  });
  tally.add('stocked', lot.meals.length);
  await wait(today, `what was in ${shop.id} is spoiled`, async () => {
    const states = await Promise.all(
      lot.meals.map((id) => look<{ status: string }>(today, courier, `/api/v1/meals/${id}`)),
    );
    return states.every(({ status }) => status === 'SPOILED');
  });
  tally.add('spoiled', lot.meals.length);
  tell(
    today,
    'excursion',
    `${shop.id} is back from its cellar, too warm for ${failed} minutes: locked, ${lot.meals.length} meals spoiled`,
  );
  await putInOrder(today, shop);
  tell(today, 'excursion', `${shop.id} was emptied, repaired and cleared`);
}

/** The cellar fridge that was not heard for longest. */
async function longestAway(today: Today): Promise<{ shop?: Shop; view?: FridgeView }> {
  const views = await Promise.all(
    today.cellars.map(async (shop) => ({ shop, view: await fridgeOf(today, today.operations, shop) })),
  );
  const heard = ({ temperature_at }: FridgeView) =>
    temperature_at === null ? 0 : Date.parse(temperature_at);
  const [first] = views.sort((a, b) => heard(a.view) - heard(b.view));
  return first ?? {};
}

/** The first part of the journal: all the time it was away it was cold, and then it was filled. */
function noteFilling(shop: Shop, meals: readonly string[], since: number, now: number): void {
  const then = now - filled * minute;
  // After a long absence coarser: silence is the lesser fault of a fridge that is too warm.
  const long = Math.max(step * minute, (then - since) / 200);
  shop.inThePast((setClock) => {
    for (let at = since + long; at < then; at += long) {
      setClock(at);
      shop.fridge.heartbeat(4);
    }
    setClock(then);
    shop.fridge.heartbeat(4);
    shop.fridge.stock(meals);
  });
}

/** The second part: the compressor fails. */
function noteWarmth(shop: Shop, now: number): void {
  shop.inThePast((setClock) => {
    for (let ago = filled - step; ago >= 0; ago -= step) {
      setClock(now - ago * minute);
      shop.fridge.heartbeat(ago > failed ? 4 : Math.min(9, 5.5 + (failed - ago) / 8));
    }
  });
}

/** Staff take everything out, the compressor runs again, and the fridge goes back into its cellar. */
async function putInOrder(today: Today, shop: Shop): Promise<void> {
  const [, courier = today.operations] = today.couriers;
  shop.fridge.reconnect();
  shop.fridge.heartbeat(3.5);
  await wait(today, `${shop.id} is heard`, async () => shop.fridge.connected && shop.fridge.pending === 0);
  await tend(today, courier, shop, 'everything');
  await wait(today, `${shop.id} told everything`, async () => shop.fridge.pending === 0);
  shop.fridge.disconnect();
}
