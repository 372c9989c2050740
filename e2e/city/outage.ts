import type { Hour } from './clock.ts';
import { rest, type Today, tell, wait } from './district.ts';
import { countEnds } from './ends.ts';
import { appetite, visit } from './visit.ts';

/** People who eat at this fridge every day, network or not. */
const regulars = 3;

/**
 * A fridge loses its network at lunch, another one each day. It goes on selling within its policy, writes down what it
 * sold, and says it when it is back.
 */
export async function loseNetwork(today: Today, back: Hour): Promise<void> {
  const { shops, day, people, chance, clock, signal } = today;
  const street = shops.slice(1);
  const shop = street[day % street.length];
  if (!shop?.open) return;
  shop.fridge.disconnect();
  const began = Date.now();
  tell(today, 'outage', `${shop.id} lost its network`);
  for (let come = 0; come < regulars; come++) {
    await rest(today, 0.2);
    shop.fridge.heartbeat(4);
    await people.visit(chance, (who) => visit(today, who, shop, Math.max(1, appetite(today))));
  }
  await clock.until(day, back, signal);
  const kept = shop.fridge.pending;
  shop.fridge.reconnect();
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
