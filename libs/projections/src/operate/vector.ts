import { isTopicName, type TopicName } from '@dabba/contracts';
import type { ClientBase } from 'pg';
import { placeOf } from '../consume/batch.ts';
import type { ReadModel } from '../types.ts';

/** Where one partition stands: the offset of the next record. */
export interface Position {
  topic: TopicName;
  partition: number;
  next: number;
}

/** Checkpoints of a model, by `topic/partition`. */
export type Vector = ReadonlyMap<string, Position>;

export async function readVector(
  client: ClientBase,
  model: ReadModel,
  lock: '' | 'for update' = '',
): Promise<Vector> {
  const { rows } = await client.query<{ topic: string; partition: number; next: string }>(
    `select topic, partition, next from dabba.checkpoints
      where consumer = $1 and topic = any ($2) order by topic, partition ${lock}`,
    [model.name, model.topics],
  );
  return new Map(
    rows.flatMap(({ topic, partition, next }) =>
      isTopicName(topic)
        ? [[placeOf(topic, partition), { topic, partition, next: Number(next) }] as const]
        : [],
    ),
  );
}

/** Events that are not applied: parked or discarded, as `topic/partition/offset`. */
export async function readSkips(client: ClientBase, model: ReadModel): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ place: string }>(
    `select topic || '/' || partition || '/' || "offset" as place from dabba.parked_events where consumer = $1
     union all
     select topic || '/' || partition || '/' || "offset" from dabba.discarded_events where consumer = $1`,
    [model.name],
  );
  return new Set(rows.map(({ place }) => place));
}

export function sameVector(one: Vector, other: Vector): boolean {
  return one.size === other.size && [...one].every(([place, { next }]) => other.get(place)?.next === next);
}

/** Records between two vectors; the first may lack partitions. */
export function distance(from: ReadonlyMap<string, number>, to: Vector): number {
  let sum = 0;
  for (const [place, { next }] of to) sum += Math.max(0, next - (from.get(place) ?? 0));
  return sum;
}
