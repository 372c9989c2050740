import type { TopicName } from '@dabba/contracts';
import { isDataError, messageOf } from '../postgres/errors.ts';
import type { Checkpoint, Move } from './checkpoint.ts';
import { carriesFacts, freshDecisions, type GapsBySource } from './duplicates.ts';
import type { Entry } from './entry.ts';

/** One batch on its way: what is fresh by position, and the checkpoint after it. Facts are sifted under their lock. */
export interface Batch extends Move {
  facts: boolean;
  entries: readonly Entry[];
}

export function batchOf(from: Checkpoint, entries: readonly Entry[]): Batch {
  const facts = carriesFacts(from.topic);
  const { fresh, highest } = facts
    ? { fresh: entries, highest: from.highest }
    : freshDecisions(entries, from.highest);
  const next = (entries.at(-1)?.record.offset ?? from.next - 1) + 1;
  return {
    from,
    to: { ...from, next, highest, stored: next },
    facts,
    entries: fresh,
    streams: fresh.map(({ stream }) => stream),
    sources: facts ? fresh.flatMap(({ source }) => source ?? []) : [],
  };
}

/** Nothing of it is to be handled, so its checkpoint alone would be written. Facts have their gaps to keep. */
export function isIdle({ facts, entries }: Batch): boolean {
  return !facts && entries.every(({ event, error }) => event === undefined && error === undefined);
}

/** Applies entries in one transaction that moves the checkpoint from `from`; returns where it then is. */
export type Apply = (from: Checkpoint, entries: readonly Entry[]) => Promise<Checkpoint>;

/**
 * Applies a batch; one that Postgres refuses for its data is halved until the culprit stands alone (P5), each half in
 * a transaction of its own, the culprit marked with its error to be parked.
 */
export async function applyBisecting(
  from: Checkpoint,
  entries: readonly Entry[],
  apply: Apply,
): Promise<Checkpoint> {
  try {
    return await apply(from, entries);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = entries;
    if (entries.length > 1) {
      const middle = Math.ceil(entries.length / 2);
      const halfway = await applyBisecting(from, entries.slice(0, middle), apply);
      return applyBisecting(halfway, entries.slice(middle), apply);
    }
    if (!only || only.error !== undefined) throw error;
    const { event: _, ...rest } = only;
    return apply(from, [{ ...rest, error: messageOf(error) }]);
  }
}

export function changedGaps(before: GapsBySource, after: GapsBySource): GapsBySource {
  return new Map([...after].filter(([source, gaps]) => before.get(source) !== gaps));
}

export function placeOf(topic: TopicName | string, partition: number): string {
  return `${topic}/${partition}`;
}
