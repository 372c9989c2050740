import { batcher, type Outcome, transaction } from '@dabba/event-store';
import { Reassess } from '@dabba/kafka';
import type { Pool } from 'pg';
import { type Batch, batchOf } from './consume/batch.ts';
import type { Checkpoint } from './consume/checkpoint.ts';
import { type Consumer, startConsumer } from './consume/consumer.ts';
import type { ProjectionDeps } from './consume/deps.ts';
import { take } from './consume/take.ts';
import { foldInto } from './fold/apply.ts';
import { handles, type Shapes } from './fold/changes.ts';
import { isDataError } from './postgres/errors.ts';
import { createTables } from './tables/index.ts';
import { readShapes } from './tables/shape.ts';
import type { ReadModel } from './types.ts';

/**
 * Folds the model's topics into its tables, from its checkpoints on; rows and checkpoint commit together. Makes the
 * tables where they are missing. `migrateProjections` has to have run.
 */
export async function startReadModel(model: ReadModel, deps: ProjectionDeps): Promise<Consumer> {
  const { pool } = deps;
  await createTables(model, pool);
  let shapes = await readShapes(pool, model);
  const fold = () =>
    batcher<Batch, Checkpoint>((batches) => foldAll(pool, model, shapes, batches), { most: 64 });
  const folds = new Map(model.topics.map((topic) => [topic, fold()] as const));
  return startConsumer(
    {
      name: model.name,
      kind: 'read-model',
      topics: model.topics,
      handles: (type) => handles(model, type),
      async refresh() {
        shapes = await readShapes(pool, model);
      },
      async apply(from, entries) {
        const foldTopic = folds.get(from.topic);
        if (!foldTopic) throw new Reassess(`${model.name} does not fold ${from.topic}`);
        return foldTopic(batchOf(from, entries));
      },
    },
    deps,
  );
}

/**
 * Group commit: batches of several partitions that arrive while one transaction is in flight share the next. When they
 * cannot go together each goes alone, so that only the culprit fails.
 */
async function foldAll(
  pool: Pool,
  model: ReadModel,
  shapes: Shapes,
  batches: readonly Batch[],
): Promise<Outcome<Checkpoint>[]> {
  try {
    const ascending = [...batches].sort((one, other) => one.from.partition - other.from.partition);
    await transaction(pool, async (client) => {
      const { handle, settle } = await take(client, ascending);
      const failures = await foldInto(client, 'public', model, shapes, handle);
      await settle(failures.map(({ placed, error }) => ({ entry: placed, error })));
    });
    return batches.map(({ to }) => ({ ok: true, value: to }));
  } catch (error) {
    const divisible = batches.length > 1 && (isDataError(error) || error instanceof Reassess);
    if (!divisible) return batches.map(() => ({ ok: false, error }));
    const outcomes: Outcome<Checkpoint>[] = [];
    for (const batch of batches) outcomes.push(...(await foldAll(pool, model, shapes, [batch])));
    return outcomes;
  }
}
