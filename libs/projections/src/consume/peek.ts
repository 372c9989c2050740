import type { Pool } from 'pg';
import type { Batch } from './batch.ts';
import { type Advanced, readAdvanced } from './checkpoint.ts';
import { freshFacts } from './duplicates.ts';
import { type Handled, split } from './split.ts';

/** What `take` hands over where no stream is parked, without a question; undefined for facts, whose gaps have to be read. */
export function guess(batches: readonly Batch[]): Handled[] | undefined {
  if (batches.some(({ facts }) => facts)) return undefined;
  return batches.flatMap(({ entries }) => split(entries, new Set()).handle);
}

/**
 * What `take` will most likely hand over, without locks: for who has to know before the transaction begins.
 * @param batches of one consumer and topic, ascending by partition
 */
export async function peek(pool: Pool, batches: readonly Batch[]): Promise<Handled[]> {
  const { parked, gaps: before } = await look(pool, batches);
  let gaps = before;
  return batches.flatMap((batch) => {
    if (!batch.facts) return split(batch.entries, parked).handle;
    const sifted = freshFacts(batch.entries, gaps);
    gaps = sifted.gaps;
    return split(sifted.fresh, parked).handle;
  });
}

const nothing: Advanced = { parked: new Set(), gaps: new Map() };

async function look(pool: Pool, batches: readonly Batch[]): Promise<Advanced> {
  const [first] = batches;
  if (!first) return nothing;
  const { consumer, topic } = first.from;
  const streams = batches.flatMap((batch) => batch.streams);
  const sources = batches.flatMap((batch) => batch.sources);
  const { rows } = await pool.query(
    `select array(select stream from dabba.parked_streams
                   where consumer = $1 and topic = $2 and stream = any ($3)) as parked,
            (select coalesce(jsonb_agg(jsonb_build_array(source, highest, missing)), '[]') from dabba.fact_gaps
              where consumer = $1 and source = any ($4)) as gaps`,
    [consumer, topic, streams, sources],
  );
  const [row] = rows;
  return row ? readAdvanced(row) : nothing;
}
