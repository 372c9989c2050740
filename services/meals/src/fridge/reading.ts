import type { Instant } from '@dabba/contracts';
import { type ColdChain, type ColdEvent, chill, excursionFrom } from './cold-chain.ts';
import type { ColdRules } from './cold-rules.ts';

export interface Reading {
  fridgeId: string;
  celsius: number;
  /** By the clock of the fridge. */
  at: Instant;
}

/**
 * A temperature → the turn it makes, if it makes one, and the lock if it proves an excursion. Decided by the
 * fridge's own times alone: told late, it proves what it would have proved then. One older than the last turn says nothing.
 */
export function decideReading(
  cold: ColdChain,
  { fridgeId, celsius, at }: Reading,
  rules: ColdRules,
): ColdEvent[] {
  const since = cold.warm?.since ?? cold.cooled?.at ?? 0;
  if (at < since) return [];
  const events: ColdEvent[] = [];
  const isWarm = celsius > rules.limit;
  if (isWarm && cold.warm === null) {
    const { cooled } = cold;
    const carriedMillis = cooled !== null && at - cooled.at < rules.recovery ? cooled.carried : 0;
    events.push({
      type: 'FridgeWarmed',
      data: { fridgeId, temperatureCelsius: celsius, carriedMillis, since: at },
    });
  }
  const warmed = events.reduce(chill, cold);
  const deadline = excursionFrom(warmed, rules);
  // What is warm for long is locked by its first late reading, a cold one too: nobody knows since when it is cold again.
  if (deadline !== undefined && at >= deadline && cold.lock?.reason !== 'EXCURSION')
    events.push({
      type: 'FridgeLocked',
      data: { fridgeId, reason: 'EXCURSION', detail: told(warmed, at, rules), lockedAt: at },
    });
  if (!isWarm && cold.warm !== null)
    events.push({ type: 'FridgeCooled', data: { fridgeId, temperatureCelsius: celsius, at } });
  return events;
}

/** The beginning of a restock; later meals of the same one begin none. */
export function decideService(
  cold: ColdChain,
  fridgeId: string,
  at: Instant,
  { grace }: ColdRules,
): ColdEvent[] {
  return cold.servicedAt === null || at - cold.servicedAt > grace
    ? [{ type: 'FridgeServiced', data: { fridgeId, at } }]
    : [];
}

function told({ warm }: ColdChain, at: Instant, { limit }: ColdRules): string {
  const minutes = warm === null ? 0 : Math.floor((warm.carried + at - warm.since) / 60_000);
  return `Above ${limit} °C for ${minutes} minutes`;
}
