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

/** Moves the checkpoint and says what of the batch is to be handled: neither seen before nor of a parked stream. */
export async function take(client: ClientBase, batch: Batch): Promise<Taken> {
  const { from, to } = batch;
  const { parked, gaps } = await advance(client, from, to, batch.streams, batch.sources);
  const sifted = batch.facts ? freshFacts(batch.entries, gaps) : { fresh: batch.entries, gaps };
  const { handle, waiting } = split(sifted.fresh, parked);
  return {
    handle,
    waiting,
    async settle(failed) {
      await saveGaps(client, from.consumer, changedGaps(gaps, sifted.gaps));
      await park(client, from.consumer, [...waiting, ...failed]);
    },
  };
}
