import type { FoundOrder } from '../orders/judge.ts';
import type { Habit, Phase, Placed } from './patrons.ts';

export interface Clock {
  /** When the provider was there again; milliseconds since the epoch. */
  back: number;
  /** Milliseconds an order waits to be paid, and then a moment more. */
  payWithin: number;
  grace: number;
  /** Milliseconds in which everything that waited for the provider has found it again. */
  slack: number;
}

export type Ends = Readonly<Record<Phase, Readonly<Record<string, number>>>>;

const ready: ReadonlySet<Habit> = new Set(['waits', 'leaves a card', 'is declined first']);

/**
 * How orders ended whose people did what they could: whoever had time left when the provider came back got what they ordered, and
 * whoever had none was told so, and never charged. Pure.
 * @param accepts whether somebody takes the order at its counter at all
 */
export function lawfulEnds(
  placed: readonly Placed[],
  orders: readonly FoundOrder[],
  accepts: (itemId: string) => boolean,
  { back, payWithin, grace, slack }: Clock,
): { ends: Ends; wrong: string[] } {
  const found = new Map(orders.map((order) => [order.id, order]));
  const ends: Record<Phase, Record<string, number>> = { before: {}, away: {}, after: {} };
  const wrong: string[] = [];
  for (const { id, at, phase, habit, itemId, payment } of placed) {
    const order = found.get(id);
    if (order === undefined) continue;
    const end = order.reason ?? order.status;
    ends[phase][end] = (ends[phase][end] ?? 0) + 1;
    if (phase !== 'away') continue;
    if (payment !== 'PENDING' && at < back - slack)
      wrong.push(`${id}: its payment was ${payment} without a provider`);
    if (!ready.has(habit)) continue;
    const until = at + payWithin;
    if (until > back + slack) {
      const lawful = accepts(itemId) ? ['COMPLETED', 'KITCHEN_REJECTED'] : ['TIMED_OUT'];
      if (!lawful.includes(end)) wrong.push(`${id}: had time left, and ended ${end}`);
    } else if (until + grace + slack < back) {
      if (end !== 'PAYMENT_TIMED_OUT') wrong.push(`${id}: had no time left, and ended ${end}`);
      if (order.provider.charges > 0) wrong.push(`${id}: was charged after its time`);
    }
  }
  return { ends, wrong };
}
