import { RetryAfter } from './types.ts';

/** S2-RTY-01, external APIs, in milliseconds. */
const retryBase = 500;
const retryCap = 30_000;

/**
 * Milliseconds to wait after the `failed`-th failure: doubles from 500 ms up to 30 s, of which the upper half is jitter. What
 * the other side asked for is kept, with jitter on top, so that all who were sent away do not come back at once.
 * @param random in [0, 1)
 */
export function delayAfter(failed: number, error: unknown, random: number): number {
  const ceiling = Math.min(retryCap, retryBase * 2 ** (failed - 1));
  const delay = ceiling / 2 + (ceiling / 2) * random;
  if (error instanceof RetryAfter) return error.seconds * 1000 + (retryBase / 2) * random;
  return delay;
}
