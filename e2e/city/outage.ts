import type { Hour } from './clock.ts';
import { rest, type Today, tell, wait } from './district.ts';
import { countEnds } from './ends.ts';
import type { Shop } from './shop.ts';
import { appetite, visit } from './visit.ts';

/** People who eat at this fridge every day, network or not. */
const regulars = 3;

/**
 * A fridge loses its network at lunch, another one each day. It goes on selling within its policy, writes down what it
 * sold, and says it when it is back.
 */
export async function loseNetwork(today: Today, back: Hour): Promise<void> {
  const { shops, day } = today;
  const street = shops.slice(1);
  const shop = street[day % street.length];
  if (!shop?.open) return;
  shop.fridge.disconnect();
  const began = Date.now();
  tell(today, 'outage', `${shop.id} lost its network`);
  // Who asks the platform for the door waits there until the fridge is back: its return does not wait for them.
  const [kept] = await Promise.all([comeBack(today, shop, back), feedRegulars(today, shop)]);
  await wait(
    today,
    `${shop.id} told what it saw`,
    async () => shop.fridge.pending === 0 && shop.fridge.connected,
  );
  const alone = shop.soldAlone.splice(0);
  const sold = await countEnds(today, alone);
  const seconds = Math.round((Date.now() - began) / 1000);
  tell(
    today,
    'outage',
    `${shop.id} is back after ${seconds} s: told ${kept} facts, ${sold} meals sold alone`,
  );
}

async function feedRegulars(today: Today, shop: Shop): Promise<void> {
  for (let come = 0; come < regulars; come++) {
    await rest(today, 0.2);
    shop.fridge.heartbeat(4);
    await today.people.visit(today.chance, (who) => visit(today, who, shop, Math.max(1, appetite(today))));
  }
}

/** @returns how many facts the fridge has to tell */
async function comeBack({ clock, day, signal }: Today, { fridge }: Shop, back: Hour): Promise<number> {
  await clock.until(day, back, signal);
  const kept = fridge.pending;
  fridge.reconnect();
  return kept;
}
