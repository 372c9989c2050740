import type { Hour } from './clock.ts';
import { rest, type Today, tell, wait } from './district.ts';

/** A fridge loses its network at lunch. It goes on seeing what happens, and says it when it is back. */
export async function loseNetwork(today: Today, back: Hour): Promise<void> {
  const [shop] = today.shops.slice(2);
  if (!shop) return;
  shop.fridge.disconnect();
  const began = Date.now();
  tell(today, 'outage', `${shop.id} lost its network`);
  await rest(today, 0.2);
  shop.fridge.heartbeat(4);
  await today.clock.until(today.day, back, today.signal);
  const kept = shop.fridge.pending;
  shop.fridge.reconnect();
  await wait(today, `${shop.id} told what it saw`, async () => shop.fridge.pending === 0);
  const seconds = Math.round((Date.now() - began) / 1000);
  tell(today, 'outage', `${shop.id} is back after ${seconds} s and told ${kept} facts`);
}
