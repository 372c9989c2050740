import type { PreparedStatement } from '@dabba/event-store';
import type { QueryResultRow } from 'pg';
import { type Batch, changedGaps } from './batch.ts';
import { advanced, savingGaps } from './checkpoint.ts';
import { freshFacts } from './duplicates.ts';
import { type Parking, parking } from './parking.ts';
import { type Split, split } from './split.ts';

export interface Taken extends Split {
  /** Writes gaps and what waits, those that failed since included. */
  settle(failed: readonly Parking[]): PreparedStatement[];
}

/**
 * Says what of the batches is to be handled, once the checkpoints have moved: neither seen before nor of a parked stream.
 * @param found by `advancing`
 * @param batches of one consumer and topic, ascending by partition
 */
export function take(found: readonly QueryResultRow[], batches: readonly Batch[]): Taken {
  const { parked, gaps: before } = advanced(found, batches);
  let gaps = before;
  const splits = batches.map((batch) => {
    if (!batch.facts) return split(batch.entries, parked);
    const sifted = freshFacts(batch.entries, gaps);
    gaps = sifted.gaps;
    return split(sifted.fresh, parked);
  });
  const waiting = splits.flatMap((one) => one.waiting);
  return {
    handle: splits.flatMap((one) => one.handle),
    waiting,
    settle(failed) {
      const [batch] = batches;
      if (!batch) return [];
      const { consumer } = batch.from;
      return [
        ...savingGaps(consumer, changedGaps(before, gaps)),
        ...parking(consumer, [...waiting, ...failed]),
      ];
    },
  };
}
