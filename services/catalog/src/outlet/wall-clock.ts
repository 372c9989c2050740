import type { Instant } from '@dabba/contracts';
import { DateTime, IANAZone } from 'luxon';

const minute = 60_000;
const day = 24 * 60 * minute;

/** The first instant at which a clock in the zone shows this date and time, or its jump over it. */
export function firstAt(zone: string, date: string, time: string): Instant {
  const { shown, jump } = instantsOf(zone, date, time);
  return shown.length > 0 ? Math.min(...shown) : jump;
}

/** The last such instant, where an hour happens twice. */
export function lastAt(zone: string, date: string, time: string): Instant {
  const { shown, jump } = instantsOf(zone, date, time);
  return shown.length > 0 ? Math.max(...shown) : jump;
}

function instantsOf(zone: string, date: string, time: string): { shown: Instant[]; jump: Instant } {
  const clock = IANAZone.create(zone);
  const asUtc = DateTime.fromISO(`${date}T${time}`, { zone: 'utc' }).toMillis();
  const before = clock.offset(asUtc - day) * minute;
  const after = clock.offset(asUtc + day) * minute;
  const shown = [...new Set([asUtc - before, asUtc - after])].filter(
    (instant) => instant + clock.offset(instant) * minute === asUtc,
  );
  return { shown, jump: shown.length > 0 ? asUtc : jumpBetween(clock, asUtc - after, asUtc - before) };
}

/** The first instant with the offset of `late`: halving, since a zone's clock jumps once in a day at most. */
function jumpBetween(clock: IANAZone, early: Instant, late: Instant): Instant {
  const target = clock.offset(late);
  let [low, high] = [early - minute, late];
  while (high - low > minute) {
    const middle = low + Math.floor((high - low) / 2 / minute) * minute;
    if (clock.offset(middle) === target) high = middle;
    else low = middle;
  }
  return high;
}
