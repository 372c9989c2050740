import type { Instant } from '@dabba/contracts';

const second = 1000;

/** Milliseconds food stands at the counter at most, where it is wanted later than it could be made. */
const standsAtMost = 5 * 60 * second;

/**
 * S2-ORD-04: as soon as its slowest item is made and the kitchen has done what it has begun; where it is wanted later,
 * shortly before that. Later than wanted only where it cannot be sooner.
 */
export function readyAt(
  lines: readonly { prepSeconds: number }[],
  { now, busyUntil, pickupAt }: { now: Instant; busyUntil: Instant | null; pickupAt: Instant | null },
): Instant {
  const made = now + second * Math.max(0, ...lines.map(({ prepSeconds }) => prepSeconds));
  const soonest = Math.max(made, busyUntil ?? 0);
  return pickupAt === null ? soonest : Math.max(soonest, pickupAt - standsAtMost);
}
