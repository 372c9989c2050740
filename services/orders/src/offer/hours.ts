import type { Instant } from '@dabba/contracts';
import { keepNewest } from '@dabba/event-store';
import { DateTime } from 'luxon';
import type { Outlet } from './offer.ts';

interface Day {
  /** `2026-11-21`. */
  date: string;
  /** 1 is Monday. */
  weekday: number;
}

/** Whether an outlet takes or hands over orders at this instant: by its week, the days that differ, and being closed out of turn. */
export function isOpenAt(
  { closed, hours, zone }: Pick<Outlet, 'closed' | 'hours' | 'zone'>,
  at: Instant,
): boolean {
  if (closed && (closed.until === null || at < closed.until)) return false;
  return lastDays(zone, at).some((day) =>
    spansOf(hours, day).some(({ opens, closes }) => {
      const from = clock(zone, day, opens);
      const to = clock(zone, day, closes, closes > opens ? 0 : 1);
      return from <= at && at < to;
    }),
  );
}

function spansOf(
  { spans, exceptions }: Outlet['hours'],
  { date, weekday }: Day,
): { opens: string; closes: string }[] {
  const differing = exceptions.filter((each) => each.date === date);
  if (differing.length === 0) return spans.filter(({ dayOfWeek }) => dayOfWeek === weekday);
  return differing.flatMap(({ opens, closes }) =>
    opens === null || closes === null ? [] : [{ opens, closes }],
  );
}

/** No zone's date changes within one: offsets are whole quarters of an hour. */
const quarter = 900_000;
/** What calendars say is remembered: an order asks for it ten times, and a zone's offset costs more than its price. */
const remembered = 2_000;
const days = new Map<string, readonly Day[]>();
const instants = new Map<string, Instant>();

/** There, that day and the one before. */
function lastDays(zone: string, at: Instant): readonly Day[] {
  const since = Math.floor(at / quarter) * quarter;
  return recalled(days, `${zone} ${since}`, () => {
    const local = DateTime.fromMillis(since, { zone });
    return [local, local.minus({ days: 1 })].map((day) => ({
      date: day.toFormat('yyyy-MM-dd'),
      weekday: day.weekday,
    }));
  });
}

/** That wall time of the day, or of a later one; one that a change of clocks leaves out is the moment of the change. */
function clock(zone: string, { date }: Day, time: string, later = 0): Instant {
  return recalled(instants, `${zone} ${date} ${time} ${later}`, () => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    const day = DateTime.fromISO(date, { zone }).plus({ days: later });
    return day.startOf('day').set({ hour, minute }).toMillis();
  });
}

function recalled<V>(known: Map<string, V>, key: string, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  keepNewest(known, key, made, remembered);
  return made;
}
