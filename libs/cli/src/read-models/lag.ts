import type { ReadModel } from '@dabba/projections';
import type { StoreDeps } from '@dabba/service-kit';

export interface Lag {
  name: string;
  topic: string;
  partition: number;
  checkpoint: number;
  end: number;
  lag: number;
}

/** How far each read model is behind the end of its topics; partitions without records are left out. */
export async function lagOf(
  models: readonly ReadModel[],
  { pool, kafka }: Pick<StoreDeps, 'pool' | 'kafka'>,
  only?: string,
): Promise<Lag[]> {
  const lags: Lag[] = [];
  for (const { name, topics } of models.filter((model) => only === undefined || model.name === only)) {
    const { rows } = await pool.query<{ topic: string; partition: number; next: string }>(
      'select topic, partition, next from dabba.checkpoints where consumer = $1',
      [name],
    );
    for (const topic of topics)
      for (const { partition, high: end } of await kafka.admin.offsets(topic)) {
        const row = rows.find((each) => each.topic === topic && each.partition === partition);
        const checkpoint = Number(row?.next ?? 0);
        if (end > 0)
          lags.push({ name, topic, partition, checkpoint, end, lag: Math.max(0, end - checkpoint) });
      }
  }
  return lags;
}
