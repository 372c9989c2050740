import type { Hour } from './clock.ts';
import { rest, type Today } from './district.ts';
import { appetite, visit } from './visit.ts';

/** Visitors of a metro on their way or at a door at once. */
const atOnce = 8;

/** People come, so many in an hour, each to some open fridge, until the walls show `until`. */
export async function come(today: Today, perHour: number, until: Hour): Promise<void> {
  const { chance, clock, day, people, shops, signal, tally, volume } = today;
  const end = clock.instant(day, until);
  const under = new Set<Promise<unknown>>();
  while (Date.now() < end) {
    await rest(today, (0.5 + chance.next()) / (perHour * volume));
    // The first one stands in the hall of the conference.
    const open = shops.slice(1).filter((shop) => shop.open);
    // Some come to a fridge without looking at the app first: they find what there is.
    const stocked = chance.happens(0.85) ? open.filter((shop) => shop.left.length > 0) : open;
    const shop = chance.pick(stocked);
    const wants = appetite(today);
    if (!shop || under.size >= atOnce) continue;
    const coming = people
      .visit(chance, (who) => visit(today, who, shop, wants))
      .catch((error: Error) => {
        if (!signal.aborted) tally.complain(`a visit: ${error.message}`);
      })
      .finally(() => under.delete(coming));
    under.add(coming);
  }
  await Promise.all(under);
}
