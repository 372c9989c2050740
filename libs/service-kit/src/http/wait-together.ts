/** What has this id, once it has come about; undefined where the milliseconds are over, or nobody listens any more. */
export type WaitTogether<T> = (id: string, within: number, signal: AbortSignal) => Promise<T | undefined>;

export interface Looking<T> {
  /** Milliseconds between looks. */
  every: number;
  /** What of these has come about. One statement for all who wait, whichever replica hears of it, and none while nobody does. */
  look(ids: readonly string[]): Promise<readonly (readonly [id: string, T])[]>;
  /** Is given what has the next look taken at once, to be called when something may have come about by this very process. */
  hurry?(lookNow: () => void): void;
}

/** For requests that wait for something which another process may bring about. */
export function waitTogether<T>({ every, look, hurry }: Looking<T>): WaitTogether<T> {
  const waiting = new Map<string, Set<(found: T) => void>>();
  let looking = false;
  let hurried = false;
  let wakeUp = () => {};
  hurry?.(() => {
    hurried = looking;
    wakeUp();
  });

  async function lookAgain(): Promise<void> {
    looking = true;
    while (waiting.size > 0) {
      if (!hurried) await rested();
      hurried = false;
      // Whoever waits is answered with what there is when the time is over.
      const come = await look([...waiting.keys()]).catch(() => []);
      for (const [id, found] of come) for (const wake of waiting.get(id) ?? []) wake(found);
    }
    looking = false;
  }

  const rested = () =>
    new Promise<void>((resolve) => {
      const over = setTimeout(resolve, every);
      wakeUp = () => {
        clearTimeout(over);
        resolve();
      };
    });

  return (id, within, signal) =>
    new Promise((resolve) => {
      const others = waiting.get(id) ?? new Set();
      waiting.set(id, others);
      const end = (found?: T) => {
        clearTimeout(late);
        signal.removeEventListener('abort', gone);
        others.delete(end);
        if (others.size === 0) waiting.delete(id);
        resolve(found);
      };
      const gone = () => end();
      const late = setTimeout(gone, within);
      signal.addEventListener('abort', gone, { once: true });
      others.add(end);
      if (signal.aborted) gone();
      else if (!looking) void lookAgain();
    });
}
