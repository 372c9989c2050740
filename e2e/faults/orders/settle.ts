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
  for (;;) {
    const left = await unfinished(operations);
    if (Object.keys(left).length > 0 && Date.now() < until) {
      onProgress(`under way: ${JSON.stringify(left)}`);
      await pause(3_000, undefined, { signal: stop });
      continue;
    }
    const verdict = await look();
    if (verdict.wrong.length > 0 && Date.now() < until) {
      onProgress(`${verdict.wrong.length} not yet: ${verdict.wrong[0]}`);
      await pause(3_000, undefined, { signal: stop });
      continue;
    }
    return verdict.wrong.length > 0 ? verdict : look();
  }
}
