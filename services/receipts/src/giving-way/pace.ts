import type { Pressure } from './pressure.ts';

/** Less is working hours (S3-NFR-01), which leave no backlog. Documents a second. */
const peak = 300;
/** Beyond this share there is no time to spare: who stands at the door when the machine falters waits until all of it is made up for. */
const pressed = 0.6;
/** Milliseconds. A peak is felt at once: a batch takes the doors what fifty documents would. */
const first = 250;
const longest = 1_000;
/** Shorter ones are none. */
const least = 10;

/** Milliseconds to wait before the next batch, by those of the last time. */
export function pauseAfter(last: number, { busy, arriving }: Pressure): number {
  if (arriving > peak && busy > pressed) return Math.min(longest, Math.max(first, last * 2));
  return last / 2 < least ? 0 : last / 2;
}

/** Milliseconds to wait before the next batch. */
export type Pace = () => number;

/**
 * At a peak lets those at the door go first: they wait for an answer, while judging, registering and folding need not
 * happen in this second.
 */
export function pacer(pressure: () => Pressure): Pace {
  let pause = 0;
  return () => {
    pause = pauseAfter(pause, pressure());
    return pause;
  };
}
