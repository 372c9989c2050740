import type { Link } from './link.ts';
import { logRanges } from './log-range.ts';
import { read } from './read.ts';
import type { IncomingRecord } from './types.ts';

/** Offsets looked at first, before the end of each partition; each further look takes sixteen times as many. */
const firstWindow = 256;
const growth = 16;

export async function lastRecords(
  link: Link,
  topic: string,
  mine: (record: IncomingRecord) => boolean,
): Promise<Map<number, IncomingRecord>> {
  const found = new Map<number, IncomingRecord>();
  const open = await logRanges(link.admin, link.names.outer(topic));
  for (let window = firstWindow; ; window *= growth) {
    const ranges = new Map<number, { from: number; to: number }>();
    for (const [partition, { low, high }] of open) {
      if (low < high && !found.has(partition)) {
        ranges.set(partition, { from: Math.max(low, high - window), to: high });
      }
    }
    if (ranges.size === 0) return found;
    await read(link, {
      topic,
      ranges,
      async onBatch({ partition, records }) {
        const last = records.findLast(mine);
        if (last) found.set(partition, last);
      },
    });
    for (const [partition, { from }] of ranges) {
      const range = open.get(partition);
      if (range) range.high = from;
    }
  }
}
