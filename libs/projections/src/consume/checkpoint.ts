import type { TopicName } from '@dabba/contracts';
import { Reassess } from '@dabba/kafka';
import type { ClientBase, Pool } from 'pg';
import type { GapsBySource, Highest } from './duplicates.ts';
import type { Gaps } from './gaps.ts';

/** Where a consumer stands in one partition. */
export interface Checkpoint {
  consumer: string;
  topic: TopicName;
  partition: number;
  /** Grows with every swap of a rebuilt model. */
  generation: number;
  /** Offset of the next record. */
  next: number;
  /** Source → highest position taken; empty for facts. */
  highest: Highest;
  /** What the database says of `next`: behind it while nothing was to be handled since. */
  stored: number;
}

interface CheckpointRow {
  generation: number;
  next: string;
  highest: Highest;
}

/** Makes it, at offset 0, where there is none. */
export async function loadCheckpoint(
  pool: Pool,
  consumer: string,
  topic: TopicName,
  partition: number,
): Promise<Checkpoint> {
  const values = [consumer, topic, partition];
  const look = () =>
    pool.query<CheckpointRow>(
      `select generation, next, highest from dabba.checkpoints
        where consumer = $1 and topic = $2 and partition = $3`,
      values,
    );
  let { rows } = await look();
  if (rows.length === 0) {
    await pool.query(
      `insert into dabba.checkpoints (consumer, topic, partition) values ($1, $2, $3) on conflict do nothing`,
      values,
    );
    ({ rows } = await look());
  }
  const [row] = rows;
  if (!row) throw new Reassess(`${consumer}: the checkpoint of ${topic}/${partition} vanished`);
  const { generation, highest } = row;
  const next = Number(row.next);
  return { consumer, topic, partition, generation, next, highest, stored: next };
}

/** A partition's way from one checkpoint to the next. */
export interface Move {
  from: Checkpoint;
  to: Checkpoint;
  /** Those it may meet. */
  streams: readonly string[];
  sources: readonly string[];
}

export interface Advanced {
  /** Those of the streams asked for that are parked; their park rows are locked FOR SHARE. */
  parked: ReadonlySet<string>;
  gaps: GapsBySource;
}

/**
 * Compare and set (P2), with what the batches have to know; throws Reassess when any of them comes late.
 * @param moves of one consumer and topic, ascending by partition
 */
export async function advance(client: ClientBase, moves: readonly Move[]): Promise<Advanced> {
  const [first] = moves;
  if (!first) return { parked: new Set(), gaps: new Map() };
  const { consumer, topic } = first.from;
  const { rows } = await client.query<{ parked: string[]; gaps: [string, number, Gaps['missing']][] }>({
    name: 'dabba advance',
    text: 'select parked, gaps from dabba.advance($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    values: [
      consumer,
      topic,
      moves.map(({ from }) => from.partition),
      moves.map(({ from }) => from.generation),
      moves.map(({ from }) => from.stored),
      moves.map(({ to }) => to.next),
      moves.map(({ to }) => JSON.stringify(to.highest)),
      distinct(moves.flatMap(({ streams }) => streams)),
      distinct(moves.flatMap(({ sources }) => sources)),
    ],
  });
  const [row] = rows;
  if (!row) {
    const places = moves.map(({ from }) => `${from.partition} at ${from.stored}`).join(', ');
    throw new Reassess(`${consumer}: ${topic} is no longer where it was left: ${places}`);
  }
  return {
    parked: new Set(row.parked),
    gaps: new Map(row.gaps.map(([source, highest, missing]) => [source, { highest, missing }])),
  };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export async function saveGaps(client: ClientBase, consumer: string, gaps: GapsBySource): Promise<void> {
  if (gaps.size === 0) return;
  const all = [...gaps];
  await client.query(
    `update dabba.fact_gaps g set highest = u.highest, missing = u.missing::jsonb
       from unnest($2::text[], $3::bigint[], $4::text[]) u(source, highest, missing)
      where g.consumer = $1 and g.source = u.source`,
    [
      consumer,
      all.map(([source]) => source),
      all.map(([, { highest }]) => highest),
      all.map(([, { missing }]) => JSON.stringify(missing)),
    ],
  );
}
