import type { Recorded } from '@dabba/contracts';
import type { Failure } from '../fold/fold.ts';
import type { Entry } from './entry.ts';
import type { Parking } from './parking.ts';

/** An entry whose event is to be handled. */
export interface Handled extends Entry {
  event: Recorded;
  offset: number;
}

/** What becomes of the fresh entries of a batch before anything is folded. */
export interface Split {
  handle: Handled[];
  /** Entries of streams that are parked, or that cannot be read, and what follows those. */
  waiting: Parking[];
}

export function split(fresh: readonly Entry[], parked: ReadonlySet<string>): Split {
  const blocked = new Set(parked);
  const handle: Handled[] = [];
  const waiting: Parking[] = [];
  for (const entry of fresh) {
    const { event, error, stream, record } = entry;
    if (event === undefined && error === undefined) continue;
    if (blocked.has(stream)) waiting.push({ entry, error: error ?? 'waits behind an earlier event' });
    else if (event === undefined) {
      waiting.push({ entry, error: error ?? '' });
      blocked.add(stream);
    } else handle.push({ ...entry, event, offset: record.offset });
  }
  return { handle, waiting };
}

/** Whether both handle the same. @param one split from the same batches, so the records are the very same */
export function same(one: readonly Handled[], other: readonly Handled[]): boolean {
  return one.length === other.length && one.every(({ record }, place) => record === other[place]?.record);
}

/** Those whose handling failed wait. */
export function parkingsOf(failures: readonly Failure<Handled>[]): Parking[] {
  return failures.map(({ placed, error }) => ({ entry: placed, error }));
}
