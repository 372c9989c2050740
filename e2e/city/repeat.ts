import { setTimeout as pause } from 'node:timers/promises';

/** Does something again and again, `every` milliseconds give or take a half, until the signal; a failure is reported and passed over. */
export async function repeat(
  every: number,
  signal: AbortSignal,
  act: () => void | Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await pause(every * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await act();
    } catch (error) {
      onError(error);
    }
  }
}
