import type { Instant, Metro } from '@dabba/contracts';
import { type Refusal, refuseForNow } from '@dabba/event-store';

const minute = 60_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * Seconds until the metro's nightly window is over; undefined outside it. What the clocks on its walls say decides: an
 * hour that comes twice is in it twice, one that is skipped is not there to wait for.
 */
export function maintenanceWindow(
  { maintenance, zone }: Pick<Metro, 'maintenance' | 'zone'>,
  now: Instant,
): number | undefined {
  if (maintenance === undefined) return undefined;
  const { from, to } = maintenance;
  const inside = (at: Instant) => {
    const wall = clockOf(zone).format(at);
    return from <= to ? from <= wall && wall < to : from <= wall || wall < to;
  };
  if (!inside(now)) return undefined;
  // Walls change at whole minutes, in every zone.
  let end = Math.floor(now / minute) * minute + minute;
  const longest = now + 25 * 60 * minute;
  while (inside(end) && end < longest) end += minute;
  return Math.ceil((end - now) / 1000);
}

/** For commands that move meals or open doors: 503 with Retry-After within the window (S0-NFR-02). */
export function refuseInMaintenance(
  metro: Pick<Metro, 'maintenance' | 'zone' | 'name'>,
  now: Instant,
): Refusal | undefined {
  const left = maintenanceWindow(metro, now);
  return left === undefined
    ? undefined
    : refuseForNow('maintenance-window', `Meals do not move at this hour in ${metro.name}`, left);
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(zone, clock);
  return clock;
}
