import { type Today, tell, wait } from './district.ts';
import type { Shop } from './shop.ts';
import { fridgeOf, tend } from './tend.ts';

/** A fridge whose thermometer said nothing for so many minutes has to be cleared, where the metro says nothing else. */
const silence = 10;

/** Before anything is brought, every fridge is heard and empty, and those that were without power are cleared. */
export async function openUp(today: Today): Promise<void> {
  const outcomes = await Promise.all(
    today.shops.map((shop, index) => openShop(today, shop, today.couriers[index % today.couriers.length])),
  );
  const cleared = outcomes.filter((one) => one === 'cleared').length;
  if (cleared > 0) tell(today, 'dawn', `${cleared} fridges had been without power: emptied and cleared`);
}

async function openShop(today: Today, shop: Shop, courier = today.operations): Promise<'cleared' | 'fine'> {
  const { temperature_at } = await fridgeOf(today, courier, shop);
  const before = Date.now();
  shop.fridge.reconnect();
  shop.fridge.heartbeat(3.5);
  await wait(today, `${shop.id} is heard`, async () => {
    const { temperature_at: at } = await fridgeOf(today, courier, shop);
    return at !== null && Date.parse(at) >= before;
  });
  const allowed = (today.metro.coldChain?.silence ?? silence) * 60_000;
  // Who goes round the fleet every minute finds that out, and locks it.
  if (temperature_at !== null && before - Date.parse(temperature_at) >= allowed)
    await wait(
      today,
      `${shop.id}, which was silent, is locked`,
      async () => (await fridgeOf(today, courier, shop)).locked !== null,
      120_000,
    );
  const { cleared } = await tend(today, courier, shop, 'everything', true);
  shop.portions.clear();
  return cleared ? 'cleared' : 'fine';
}
