import type { TopicName } from '@dabba/contracts';
import { column, type PreparedStatement } from '@dabba/event-store';
import { Reassess } from '@dabba/kafka';
import type { Pool, QueryResultRow } from 'pg';
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
 * Compare and set (P2), together with the question what the batches have to know.
 * @param moves of one consumer and topic, ascending by partition
 */
export function advancing(moves: readonly Move[]): PreparedStatement {
  const [first] = moves;
  return {
    text: 'select parked, gaps from dabba.advance($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    values: [
      first?.from.consumer ?? '',
      first?.from.topic ?? '',
      column.int4(moves.map(({ from }) => from.partition)),
      column.int4(moves.map(({ from }) => from.generation)),
      column.int8(moves.map(({ from }) => from.stored)),
      column.int8(moves.map(({ to }) => to.next)),
      column.jsonb(moves.map(({ to }) => JSON.stringify(to.highest))),
      column.text(distinct(moves.flatMap(({ streams }) => streams))),
      column.text(distinct(moves.flatMap(({ sources }) => sources))),
    ],
  };
}

/** @param row with `parked` and `gaps` as `dabba.advance` gives them */
export function readAdvanced({ parked, gaps }: QueryResultRow): Advanced {
  const listed: [string, number, Gaps['missing']][] = gaps;
  return {
    parked: new Set<string>(parked),
    gaps: new Map(listed.map(([source, highest, missing]) => [source, { highest, missing }])),
  };
}

/**
 * Throws Reassess when any of the moves came late.
 * @param found by {@link advancing}
 */
export function advanced(found: readonly QueryResultRow[], moves: readonly Move[]): Advanced {
  const [row] = found;
  if (!row) {
    const [first] = moves;
    const places = moves.map(({ from }) => `${from.partition} at ${from.stored}`).join(', ');
    throw new Reassess(
      `${first?.from.consumer}: ${first?.from.topic} is no longer where it was left: ${places}`,
    );
  }
  return readAdvanced(row);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export function savingGaps(consumer: string, gaps: GapsBySource): PreparedStatement[] {
  if (gaps.size === 0) return [];
  const all = [...gaps];
  return [
    {
      text: `update dabba.fact_gaps g set highest = u.highest, missing = u.missing
               from unnest($2::text[], $3::bigint[], $4::jsonb[]) u(source, highest, missing)
              where g.consumer = $1 and g.source = u.source`,
      values: [
        consumer,
        column.text(all.map(([source]) => source)),
        column.int8(all.map(([, { highest }]) => highest)),
        column.jsonb(all.map(([, { missing }]) => JSON.stringify(missing))),
      ],
    },
  ];
}
