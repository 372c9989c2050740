import type { TopicName } from '@dabba/contracts';
import { topicOf } from '@dabba/contracts';
import type { Entry } from './entry.ts';
import { fill, type Gaps, nothingSeen } from './gaps.ts';

export type Highest = Readonly<Record<string, number>>;
export type GapsBySource = ReadonlyMap<string, Gaps>;

/** Facts are numbered by their device and may come late; decisions ascend per source and partition (K3, B3). */
export function carriesFacts(topic: TopicName): boolean {
  return topicOf(topic).kind === 'fact';
}

/** Drops what is not above the highest position seen of its source (K3). Both are those of one partition. */
export function freshDecisions(entries: readonly Entry[], highest: Highest) {
  const after: Record<string, number> = { ...highest };
  const fresh = entries.filter(({ source, position }) => {
    if (source === undefined || position === undefined) return true;
    if (position <= (after[source] ?? 0)) return false;
    after[source] = position;
    return true;
  });
  return { fresh, highest: after };
}

/** Drops facts seen before; a late one that fills a hole passes (B3). */
export function freshFacts(entries: readonly Entry[], gaps: GapsBySource) {
  const after = new Map(gaps);
  const fresh = entries.filter(({ source, position }) => {
    if (source === undefined || position === undefined) return true;
    const filled = fill(after.get(source) ?? nothingSeen, position);
    if (!filled) return false;
    after.set(source, filled);
    return true;
  });
  return { fresh, gaps: after };
}
