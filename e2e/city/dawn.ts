import { type Today, tell, wait } from './district.ts';
import type { Shop } from './shop.ts';
import { fridgeOf, tend } from './tend.ts';

/** A fridge whose thermometer said nothing for longer has to be cleared. Milliseconds. */
const silence = 9 * 60_000;

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
  const wasSilent = temperature_at !== null && before - Date.parse(temperature_at) > silence;
  const { cleared } = await tend(today, courier, shop, 'everything', wasSilent);
  shop.portions.clear();
  return cleared || wasSilent ? 'cleared' : 'fine';
}
