import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is yes or the time is up; says which. */
export async function becomesTrue(
  ask: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 50,
): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() >= end) return false;
    await delay(everyMs);
  }
  return true;
}
