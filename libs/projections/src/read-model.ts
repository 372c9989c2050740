import { batchOf } from './consume/batch.ts';
import { type Consumer, startConsumer } from './consume/consumer.ts';
import type { ProjectionDeps } from './consume/deps.ts';
import { take } from './consume/take.ts';
import { foldInto } from './fold/apply.ts';
import { handles } from './fold/changes.ts';
import { transaction } from './postgres/transaction.ts';
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
        const batch = batchOf(from, entries);
        await transaction(pool, async (client) => {
          const { handle, settle } = await take(client, batch);
          const failures = await foldInto(client, 'public', model, shapes, handle);
          await settle(failures.map(({ placed, error }) => ({ entry: placed, error })));
        });
        return batch.to;
      },
    },
    deps,
  );
}
