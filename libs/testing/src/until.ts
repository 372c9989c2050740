import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds, default 15,000. */
  within?: number;
  /** Milliseconds between looks, default 20. */
  every?: number;
}

/**
 * Looks again and again until `look` gives something other than undefined or false, and returns it.
 * Throws with `what` and the last error when the time is over.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { within = 15_000, every = 20 }: UntilOptions = {},
): Promise<T> {
  const end = Date.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) throw new Error(`Not within ${within} ms: ${what}`, { cause: last });
    await pause(every);
  }
}
