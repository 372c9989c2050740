import type { Instant } from '@dabba/contracts';
import { isAwaited, isOver, type Ticket } from '../ticket/ticket.ts';

type Known = NonNullable<Ticket>;

/**
 * When each ticket may be ready: every station makes so many items at a time, those of the ticket that is to begin first
 * before all others. Pure. @param atOnce items a station makes side by side
 */
export function estimates(
  tickets: readonly Known[],
  now: Instant,
  atOnce: number,
): ReadonlyMap<string, Instant> {
  const free = new Map<string, Instant[]>();
  const result = new Map<string, Instant>();
  const waiting = tickets
    .filter((ticket) => ticket.status !== 'READY' && !isOver(ticket) && !isAwaited(ticket))
    .sort((one, other) => one.fireAt - other.fireAt || one.ticketId.localeCompare(other.ticketId));
  for (const { ticketId, lines, fireAt } of waiting) {
    const from = Math.max(now, fireAt);
    let ready = from;
    for (const { done, station, quantity, prepSeconds } of lines) {
      if (done) continue;
      const places = free.get(station) ?? Array.from({ length: atOnce }, () => now);
      free.set(station, places);
      for (let item = 0; item < quantity; item++) {
        const soonest = places.indexOf(Math.min(...places));
        const end = Math.max(places[soonest] ?? now, from) + prepSeconds * 1000;
        places[soonest] = end;
        ready = Math.max(ready, end);
      }
    }
    result.set(ticketId, ready);
  }
  return result;
}

/**
 * By how much an estimate has to differ before anybody is told: a minute, and a tenth of the wait. Nobody who waits two hours
 * needs to hear of each minute, and a kitchen that is far behind would tell all who wait of every one that passes.
 */
const leastTold = 60_000;
const shareTold = 0.1;

export function newsOf(
  tickets: readonly Known[],
  now: Instant,
  atOnce: number,
): readonly { ticketId: string; estimatedReady: Instant }[] {
  const found = estimates(tickets, now, atOnce);
  return tickets.flatMap(({ ticketId, estimatedReady: before }) => {
    const estimatedReady = found.get(ticketId);
    if (estimatedReady === undefined) return [];
    const worthTelling = Math.max(leastTold, (estimatedReady - now) * shareTold);
    const news = Math.abs(estimatedReady - before) >= worthTelling;
    return news ? [{ ticketId, estimatedReady }] : [];
  });
}
