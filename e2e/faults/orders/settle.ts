import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../platform/client.ts';
import { unfinished } from './read.ts';

interface Settling<V> {
  operations: Client;
  look(): Promise<V>;
  /** Milliseconds. */
  within: number;
  onProgress(line: string): void;
  stop: AbortSignal;
}

/** Judged again until it is as it should be, or it never will be; then once more, since it has to stay so. */
export async function settle<V extends { wrong: readonly string[] }>({
  operations,
  look,
  within,
  onProgress,
  stop,
}: Settling<V>): Promise<V> {
  const until = Date.now() + within;
  /** What there is to see, and whether it may change yet. */
  async function seen(): Promise<{ verdict: V } | { yet: string }> {
    const left = await unfinished(operations);
    if (Object.keys(left).length > 0 && Date.now() < until)
      return { yet: `under way: ${JSON.stringify(left)}` };
    const verdict = await look();
    if (verdict.wrong.length > 0 && Date.now() < until)
      return { yet: `${verdict.wrong.length} not yet: ${verdict.wrong[0]}` };
    return { verdict: verdict.wrong.length > 0 ? verdict : await look() };
  }
  for (;;) {
    const now = await seen().catch((error: unknown) => {
      // Somebody was too busy to answer.
      if (Date.now() > until || stop.aborted) throw error;
      return { yet: String(error) };
    });
    if ('verdict' in now) return now.verdict;
    onProgress(now.yet);
    await pause(3_000, undefined, { signal: stop });
  }
}
