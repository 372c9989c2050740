import { setTimeout as pause } from 'node:timers/promises';
import { busyMeter } from './busy.ts';

/** Milliseconds between looks at the machine. */
const interval = 500;
/** Share of the processors' time from which there is nothing to be gained by haste, and from which it costs most. */
const spare = 0.6;
const full = 0.85;

/**
 * How long who has handled what was there rests before it looks for more, in milliseconds of the longest it may. While processors are idle
 * haste costs nothing; where they are not, each look takes its time from somebody else, and several events cost hardly more than one.
 * All rests of a process look at the machine together.
 */
export function restsBetweenLooks(
  busy = busyMeter(),
  now = () => performance.now(),
): (longest: number) => () => number {
  let looked = now();
  let share = 0;
  return (longest) => () => {
    if (now() - looked >= interval) {
      looked = now();
      share = shareAt(busy());
    }
    return Math.round(longest * share);
  };
}

/** Of the longest rest. */
export function shareAt(busy: number): number {
  return Math.min(1, Math.max(0, (busy - spare) / (full - spare)));
}

/**
 * Resolves after the rest that is due, for all who ask meanwhile at the same time, so that they go on together; undefined while none is.
 */
export function restTogether(
  rest: () => number,
  after: (milliseconds: number) => Promise<void> = pause,
): () => Promise<void> | undefined {
  let resting: Promise<void> | undefined;
  return () => {
    if (resting) return resting;
    const due = rest();
    if (due === 0) return undefined;
    resting = after(due).then(() => {
      resting = undefined;
    });
    return resting;
  };
}
