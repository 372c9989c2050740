import type { Instant } from '@dabba/contracts';
import type { ColdRules } from './cold-rules.ts';

/** A stretch without any temperature, by the clock of the fridge. */
export interface Gap {
  from: Instant;
  to: Instant;
}

/** What is known of a fridge's readings beside its turns. */
export interface Sensor {
  /** Time of the latest temperature; null: none ever. */
  readAt: Instant | null;
  /** Gaps between readings, each wider than every later one: the widest since any instant is among them. */
  gaps: readonly Gap[];
}

/** Narrow ones at the end are dropped: a row has its bounds, and with eight wider ones the verdict is clear. */
const kept = 8;

/** One more reading, in any order: a late one fills the hole it was missing from. */
export function readAt({ readAt: last, gaps }: Sensor, at: Instant): Sensor {
  if (last === null) return { readAt: at, gaps: [] };
  if (at >= last) return { readAt: at, gaps: widest([...gaps, { from: last, to: at }]) };
  const split = gaps.flatMap((gap) =>
    gap.from < at && at < gap.to
      ? [
          { from: gap.from, to: at },
          { from: at, to: gap.to },
        ]
      : [gap],
  );
  return { readAt: last, gaps: widest(split) };
}

/** The gap that proves silence: it was too long, and ended after the fridge was last cleared. */
export function provenSilence(
  { gaps }: Sensor,
  clearedAt: Instant | null,
  { silence }: ColdRules,
): Gap | undefined {
  return gaps.find(({ from, to }) => to - from >= silence && to > (clearedAt ?? 0));
}

/** No temperature of now: none for too long, or one from a clock that is ahead. */
export function isSilent({ readAt: last }: Sensor, now: Instant, { silence }: ColdRules): boolean {
  return last === null || Math.abs(now - last) >= silence;
}

function widest(gaps: readonly Gap[]): Gap[] {
  return gaps
    .filter((gap, index) => gaps.slice(index + 1).every((later) => width(gap) > width(later)))
    .slice(0, kept);
}

function width({ from, to }: Gap): number {
  return to - from;
}
