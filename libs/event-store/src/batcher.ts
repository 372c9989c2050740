import { setTimeout as pause } from 'node:timers/promises';

interface Waiting<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

export interface BatcherOptions<T> {
  /** Most items in one batch. */
  most: number;
  /** Size of an item in bytes, and the most of them in a batch; an item larger than that goes alone. */
  size?: (item: T) => number;
  mostBytes?: number;
  /**
   * Milliseconds for which the next batch gathers after one of several items: under load a commit costs more than the
   * wait. A caller alone never waits.
   */
  linger?: number;
}

export type Outcome<R> = { ok: true; value: R } | { ok: false; error: unknown };

/**
 * Group commit by back-pressure: while one batch is in flight the others collect, and the next takes them all. No
 * timer, so a caller alone waits for nothing.
 * @param run gives an outcome for each item, by place
 */
export function batcher<T, R>(
  run: (items: readonly T[]) => Promise<Outcome<R>[]>,
  options: BatcherOptions<T>,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let busy = false;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, fitting(waiting, options));
      waiting = waiting.slice(batch.length);
      await settle(batch, run);
      if (options.linger !== undefined && batch.length > 1) await pause(options.linger);
    }
    busy = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      // What one answer set off belongs together; waiting for the turn of the event loop would cost one caller a tenth.
      process.nextTick(() => void drain());
    });
}

async function settle<T, R>(
  batch: readonly Waiting<T, R>[],
  run: (items: readonly T[]) => Promise<Outcome<R>[]>,
): Promise<void> {
  try {
    const outcomes = await run(batch.map(({ item }) => item));
    batch.forEach(({ resolve, reject }, place) => {
      const outcome = outcomes[place];
      if (outcome?.ok) resolve(outcome.value);
      else reject(outcome?.error ?? new Error('A batch gave no outcome for one of its items'));
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/**
 * Half of those who wait, where they are many: while Postgres is at work for one half the other gets ready, instead of
 * each waiting for the other with nothing to do.
 */
const worthHalving = 32;

function fitting<T, R>(waiting: readonly Waiting<T, R>[], options: BatcherOptions<T>): number {
  const { size, mostBytes = Number.POSITIVE_INFINITY } = options;
  const most = Math.min(options.most, Math.max(worthHalving, Math.ceil(waiting.length / 2)));
  if (size === undefined) return Math.min(most, waiting.length);
  let bytes = 0;
  const over = waiting.findIndex(({ item }, place) => {
    bytes += size(item);
    return place > 0 && bytes > mostBytes;
  });
  return Math.min(most, over === -1 ? waiting.length : over);
}
