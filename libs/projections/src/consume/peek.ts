import type { Pool } from 'pg';
import type { Batch } from './batch.ts';
import type { Advanced } from './checkpoint.ts';
import { freshFacts } from './duplicates.ts';
import type { Gaps } from './gaps.ts';
import { type Split, split } from './split.ts';

/** What `take` will most likely say, without locks: for who has to know before the transaction begins. */
export async function peek(pool: Pool, batch: Batch): Promise<Split> {
  const { parked, gaps } = await look(pool, batch);
  const fresh = batch.facts ? freshFacts(batch.entries, gaps).fresh : batch.entries;
  return split(fresh, parked);
}

async function look(pool: Pool, { from, streams, sources }: Batch): Promise<Advanced> {
  const { rows } = await pool.query<{ parked: string[]; gaps: [string, number, Gaps['missing']][] }>(
    `select array(select stream from dabba.parked_streams
                   where consumer = $1 and topic = $2 and stream = any ($3)) as parked,
            (select coalesce(jsonb_agg(jsonb_build_array(source, highest, missing)), '[]') from dabba.fact_gaps
              where consumer = $1 and source = any ($4)) as gaps`,
    [from.consumer, from.topic, streams, sources],
  );
  const [row] = rows;
  return {
    parked: new Set(row?.parked),
    gaps: new Map(row?.gaps.map(([source, highest, missing]) => [source, { highest, missing }])),
  };
}
