import { setTimeout as pause } from 'node:timers/promises';

/** What has this id, once it has come about; undefined where the milliseconds are over, or nobody listens any more. */
export type WaitTogether<T> = (id: string, within: number, signal: AbortSignal) => Promise<T | undefined>;

export interface Looking<T> {
  /** Milliseconds between looks. */
  every: number;
  /** What of these has come about. One statement for all who wait, whichever replica hears of it, and none while nobody does. */
  look(ids: readonly string[]): Promise<readonly (readonly [id: string, T])[]>;
}

/** For requests that wait for something which another process may bring about. */
export function waitTogether<T>({ every, look }: Looking<T>): WaitTogether<T> {
  const waiting = new Map<string, Set<(found: T) => void>>();
  let looking = false;

  async function lookAgain(): Promise<void> {
    looking = true;
    while (waiting.size > 0) {
      await pause(every);
      // Whoever waits is answered with what there is when the time is over.
      const come = await look([...waiting.keys()]).catch(() => []);
      for (const [id, found] of come) for (const wake of waiting.get(id) ?? []) wake(found);
    }
    looking = false;
  }

  return async (id, within, signal) => {
    const others = waiting.get(id) ?? new Set();
    waiting.set(id, others);
    const come = new AbortController();
    let outcome: T | undefined;
    const wake = (found: T) => {
      outcome = found;
      come.abort();
    };
    others.add(wake);
    if (!looking) void lookAgain();
    await pause(within, undefined, { signal: AbortSignal.any([come.signal, signal]) }).catch(() => {});
    others.delete(wake);
    if (others.size === 0) waiting.delete(id);
    return outcome;
  };
}
