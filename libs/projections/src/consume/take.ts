import type { ClientBase } from 'pg';
import { type Batch, changedGaps } from './batch.ts';
import { advance, saveGaps } from './checkpoint.ts';
import { freshFacts } from './duplicates.ts';
import { type Parking, park } from './parking.ts';
import { type Split, split } from './split.ts';

export interface Taken extends Split {
  /** Writes gaps and what waits, those that failed since included. */
  settle(failed: readonly Parking[]): Promise<void>;
}

/**
 * Moves the checkpoints and says what of the batches is to be handled: neither seen before nor of a parked stream.
 * @param batches of one consumer and topic, ascending by partition
 */
export async function take(client: ClientBase, batches: readonly Batch[]): Promise<Taken> {
  const { parked, gaps: before } = await advance(client, batches);
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
    async settle(failed) {
      const [batch] = batches;
      if (!batch) return;
      await saveGaps(client, batch.from.consumer, changedGaps(before, gaps));
      await park(client, batch.from.consumer, [...waiting, ...failed]);
    },
  };
}
