import { setTimeout as pause } from 'node:timers/promises';
import { ignore, messageOf } from './deadline.ts';
import type { Link } from './link.ts';
import { logRanges, outOfLog } from './log-range.ts';
import { backOffAfter } from './partition-state.ts';
import { StopPartition, type SubscribeOptions } from './types.ts';

/** Where a partition begins, or why it must not. */
export type Beginning =
  | { position: number; highWatermark: number | undefined }
  | { stop: string; highWatermark: number | undefined };

/**
 * Asks where to begin and compares the answer with the log: once for each assignment, and again on Reassess (P1, P3).
 * Tries until it knows; undefined when the partition went elsewhere meanwhile.
 */
export async function beginning(
  link: Link,
  { group, startAt }: SubscribeOptions,
  { topic, partition }: { topic: string; partition: number },
  wanted: () => boolean,
  signal?: AbortSignal,
): Promise<Beginning | undefined> {
  for (let failures = 1; wanted(); failures++) {
    try {
      const position = await startAt(topic, partition);
      const range = (await logRanges(link.admin, link.names.outer(topic))).get(partition);
      const stop = outOfLog(position, range);
      const highWatermark = range?.high;
      return stop === undefined ? { position, highWatermark } : { stop, highWatermark };
    } catch (error) {
      if (error instanceof StopPartition) return { stop: error.message, highWatermark: undefined };
      const about = { group, topic, partition, error: messageOf(error) };
      link.log.warn(about, 'checkpoint not known yet, trying again');
      await pause(backOffAfter(failures), undefined, { signal }).catch(ignore);
    }
  }
  return undefined;
}
