import type { Recorded } from '@dabba/contracts';
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
