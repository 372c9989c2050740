import type { Instant } from '@dabba/contracts';
import { DateTime } from 'luxon';
import type { Hours } from './outlet.ts';
import { firstAt, lastAt } from './wall-clock.ts';

export interface OpenTime {
  from: Instant;
  /** Not included. */
  to: Instant;
  campus: string | null;
}

/** Days looked ahead for the next opening. */
const ahead = 8;

/**
 * When it is open on the days around `at`, by the clock on its wall, in order of opening. A day's span opens the first
 * time the clock shows `opens` and closes the last time it shows `closes`: where an hour happens twice it is open in
 * both, where one never happens the clock's jump stands for every time in it.
 */
function openTimes({ spans, exceptions }: Hours, zone: string, at: Instant, days: number): OpenTime[] {
  const today = DateTime.fromMillis(at, { zone }).startOf('day');
  return Array.from({ length: days + 2 }, (_, index) => today.plus({ days: index - 1 }))
    .flatMap((day) => {
      const date = day.toFormat('yyyy-MM-dd');
      const exception = exceptions.find((candidate) => candidate.date === date);
      const held = exception
        ? [{ opens: exception.opens, closes: exception.closes, campus: null }]
        : spans.filter(({ dayOfWeek }) => dayOfWeek === day.weekday);
      return held.flatMap(({ opens, closes, campus }) => {
        if (opens === null || closes === null) return [];
        const until = closes > opens ? date : day.plus({ days: 1 }).toFormat('yyyy-MM-dd');
        const time = { from: firstAt(zone, date, opens), to: lastAt(zone, until, closes), campus };
        return time.from < time.to ? [time] : [];
      });
    })
    .sort((one, other) => one.from - other.from);
}

/** The time it is open in at this instant; undefined where its hours say it is closed. */
export function openTimeAt(hours: Hours, zone: string, at: Instant): OpenTime | undefined {
  return openTimes(hours, zone, at, 0).find(({ from, to }) => from <= at && at < to);
}

/** When what is open now closes, spans that follow one another counted as one. */
export function closesAt(hours: Hours, zone: string, at: Instant): Instant | undefined {
  let end = openTimeAt(hours, zone, at)?.to;
  if (end === undefined) return undefined;
  for (const { from, to } of openTimes(hours, zone, at, ahead)) if (from <= end && to > end) end = to;
  return end;
}

/** The next opening after this instant, within a week. */
export function opensAt(hours: Hours, zone: string, at: Instant): Instant | undefined {
  return openTimes(hours, zone, at, ahead).find(({ from }) => from > at)?.from;
}
