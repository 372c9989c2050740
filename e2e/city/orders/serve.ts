import type { Hour } from '../clock.ts';
import { rest, type Today, tell } from '../district.ts';
import { Board } from './board.ts';
import { cancel, complain, givenBack, type Mood, order } from './diner.ts';
import { type Outlet, outletsOf, restock } from './outlets.ts';
import { make } from './stove.ts';

/** One customer after the other, all day long: most are hungry and no more. */
const moods: readonly Mood[] = ['hungry', 'clumsy', 'hungry', 'cross', 'hungry', 'fickle', 'hungry', 'poor'];
/** Kitchens have too much to do for one in so many orders. */
const rejects = 7;
/** Orders of a metro that are under way at once. */
const atOnce = 12;

type End = 'picked up' | 'cancelled' | 'rejected' | 'not paid';

/** People order from stores and trucks, so many in an hour, until the walls show `until`. */
export async function serve(today: Today, perHour: number, until: Hour): Promise<void> {
  const { chance, clock, day, signal, tally, volume } = today;
  const end = clock.instant(day, until);
  const outlets = await outletsOf(today);
  for (const outlet of outlets) await restock(today, outlet);
  const board = new Board(today);
  const under = new Set<Promise<void>>();
  const ends = new Map<End, number>();
  let orders = 0;
  while (Date.now() < end) {
    // In a city whose days are very short people are as hungry as in any other.
    await rest(today, (0.5 + chance.next()) / (perHour * Math.max(1, volume)));
    const outlet = chance.pick(outlets);
    if (!outlet || under.size >= atOnce) continue;
    const mood = moods[orders % moods.length] ?? 'hungry';
    const rejected = orders % rejects === rejects - 1;
    orders += 1;
    const one = dine(today, board, { outlet, mood, rejected })
      .then((how) => {
        ends.set(how, (ends.get(how) ?? 0) + 1);
      })
      .catch((error: Error) => {
        if (!signal.aborted) tally.complain(`an order: ${error.message}`);
      })
      .finally(() => under.delete(one));
    under.add(one);
  }
  await Promise.all(under);
  const list = [...ends].map(([how, count]) => `${count} ${how}`).join(', ');
  tell(today, 'orders', `shops and trucks took ${orders} orders: ${list}`);
}

interface Visit {
  outlet: Outlet;
  mood: Mood;
  rejected: boolean;
}

async function dine(today: Today, board: Board, { outlet, mood, rejected }: Visit): Promise<End> {
  const { tally, people, chance } = today;
  // Whose money has to come back pays all of it.
  const wish = { mood, subsidised: mood === 'hungry' && !rejected };
  const ordered = await people.errand(chance, async (who) => ({
    who,
    id: await order(today, who, outlet, wish),
  }));
  if (ordered?.id === undefined) return 'not paid';
  const { who, id } = ordered;
  await board.reaches(id, 'CONFIRMED', 'PREPARING');
  tally.add('confirmed', 1);
  if (mood === 'fickle') {
    await cancel(today, who, id);
    await givenBack(today, id);
    return 'cancelled';
  }
  await make(today, outlet.merchant, id, rejected);
  if (rejected) {
    await board.reaches(id, 'CANCELLED');
    tally.add('cancelled', 1);
    await givenBack(today, id);
    return 'rejected';
  }
  await board.reaches(id, 'COMPLETED');
  tally.add('completed', 1);
  if (mood === 'cross') await complain(today, id);
  return 'picked up';
}
