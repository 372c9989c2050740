import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when what has this id has come about, or the milliseconds are over, or nobody listens any more. */
export type WaitTogether = (id: string, within: number, signal: AbortSignal) => Promise<void>;

export interface Looking {
  /** Milliseconds between looks. */
  every: number;
  /** Which of these have come about. One statement for all who wait, whichever replica hears of it, and none while nobody does. */
  look(ids: readonly string[]): Promise<readonly string[]>;
}

/** For requests that wait for something which another process may bring about. */
export function waitTogether({ every, look }: Looking): WaitTogether {
  const waiting = new Map<string, Set<() => void>>();
  let looking = false;

  async function lookAgain(): Promise<void> {
    looking = true;
    while (waiting.size > 0) {
      await pause(every);
      // Whoever waits is answered with what there is when the time is over.
      const ids = await look([...waiting.keys()]).catch(() => []);
      for (const id of ids) for (const wake of waiting.get(id) ?? []) wake();
    }
    looking = false;
  }

  return async (id, within, signal) => {
    const others = waiting.get(id) ?? new Set();
    waiting.set(id, others);
    const come = new AbortController();
    const wake = () => come.abort();
    others.add(wake);
    if (!looking) void lookAgain();
    await pause(within, undefined, { signal: AbortSignal.any([come.signal, signal]) }).catch(() => {});
    others.delete(wake);
    if (others.size === 0) waiting.delete(id);
  };
}
