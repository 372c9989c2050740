import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, type Round } from './round.ts';

/** Makes each round again and again, at its own pace, until stopped. What goes wrong is tried again at the next. */
export function startRounds(
  rounds: readonly Round[],
  log: { warn(about: object, text: string): void },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = rounds.map(async ({ name, every, make }) => {
    while (!signal.aborted) {
      await make(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ round: name, error: messageOf(error) }, 'A round failed');
      });
      await pause(every, undefined, { signal }).catch(() => {});
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
