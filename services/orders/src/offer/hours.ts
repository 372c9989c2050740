import type { Instant } from '@dabba/contracts';
import { DateTime } from 'luxon';
import type { Outlet } from './offer.ts';

/** Whether an outlet takes or hands over orders at this instant: by its week, the days that differ, and being closed out of turn. */
export function isOpenAt(
  { closed, hours, zone }: Pick<Outlet, 'closed' | 'hours' | 'zone'>,
  at: Instant,
): boolean {
  if (closed && (closed.until === null || at < closed.until)) return false;
  const local = DateTime.fromMillis(at, { zone });
  return [local, local.minus({ days: 1 })].some((day) =>
    spansOf(hours, day).some(({ opens, closes }) => {
      const from = clock(day, opens);
      const to = closes > opens ? clock(day, closes) : clock(day.plus({ days: 1 }), closes);
      return from <= at && at < to;
    }),
  );
}

function spansOf({ spans, exceptions }: Outlet['hours'], day: DateTime): { opens: string; closes: string }[] {
  const date = day.toISODate();
  const differing = exceptions.filter((each) => each.date === date);
  if (differing.length === 0) return spans.filter(({ dayOfWeek }) => dayOfWeek === day.weekday);
  return differing.flatMap(({ opens, closes }) =>
    opens === null || closes === null ? [] : [{ opens, closes }],
  );
}

/** That wall time of the day; one that a change of clocks leaves out is the moment of the change. */
function clock(day: DateTime, time: string): Instant {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return day.startOf('day').set({ hour, minute }).toMillis();
}
