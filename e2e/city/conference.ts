import { setTimeout as pause } from 'node:timers/promises';
import { rest, type Today, tell } from './district.ts';
import type { Shop } from './shop.ts';
import { soldOut, visit } from './visit.ts';

const guests = 40;

/** Forty people come down to one fridge that holds fewer meals; each of them gets one, or finds it sold out. */
export async function conference(today: Today): Promise<void> {
  const [shop] = today.shops;
  if (!shop?.open) return;
  const meals = shop.left.length;
  const began = performance.now();
  let emptyAfter: number | undefined;
  const outcomes = await Promise.all(
    Array.from({ length: guests }, async () => {
      await rest(today, today.chance.next() * 0.8);
      const outcome = await insist(today, shop);
      if (shop.left.length === 0) emptyAfter ??= (performance.now() - began) / 1000;
      return outcome;
    }),
  );
  const sold = outcomes.reduce((total: number, one) => total + (typeof one === 'number' ? one : 0), 0);
  const without = outcomes.filter((one) => one === soldOut).length;
  const how =
    emptyAfter === undefined ? 'did not sell' : `sold ${shop.id} out in ${emptyAfter.toFixed(0)} s:`;
  tell(
    today,
    'conference',
    `${guests} people of a conference ${how} ${sold} of ${meals} meals, ${without} came too late`,
  );
}

/** A guest goes on asking until there is a meal in hand, or none left. */
async function insist(today: Today, shop: Shop): Promise<number | string> {
  const until = performance.now() + 60_000;
  for (;;) {
    // Everybody of the metro may be at a fridge just now: one more guest waits in the hall.
    const outcome = await today.people
      .visit(today.chance, (who) => visit(today, who, shop, 1))
      .catch((error: Error) => {
        today.signal.throwIfAborted();
        today.tally.complain(error.message);
        return undefined;
      });
    if (typeof outcome === 'number' || outcome === soldOut) return outcome;
    if (performance.now() > until) return outcome ?? 'nobody was free';
    await pause(250, undefined, { signal: today.signal });
  }
}
