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
import { ModelMistake } from './model-mistake.ts';
import { mend } from './operate/mend.ts';
import { isDataError } from './postgres/errors.ts';
import { createTables } from './tables/index.ts';
import { isOutdated } from './tables/origin.ts';
import { readShapes } from './tables/shape.ts';
import type { ReadModel } from './types.ts';

/**
 * Folds the model's topics into its tables, from its checkpoints on; rows and checkpoint commit together. Makes the
 * tables where they are missing. What another release has folded is folded anew beside it first, and waits until that is done.
 * `migrateProjections` has to have run.
 */
export async function startReadModel(model: ReadModel, deps: ProjectionDeps): Promise<Consumer> {
  const { pool } = deps;
  await createTables(model, pool);
  let shapes = await readShapes(pool, model);
  let outdated = await isOutdated(model, pool);
  const refresh = async () => {
    shapes = await readShapes(pool, model);
    outdated = await isOutdated(model, pool);
  };
  const mending = outdated ? mend(model, deps) : undefined;
  const waits = `${model.name} was folded by another release; it is being folded anew, or else has to be: dabba read-model rebuild ${model.name}`;
  const fold = () =>
    batcher<Batch, Checkpoint>((batches) => foldAll(pool, model, shapes, batches), { most: 64 });
  const folds = new Map(model.topics.map((topic) => [topic, fold()] as const));
  const consumer = await startConsumer(
    {
      name: model.name,
      kind: 'read-model',
      topics: model.topics,
      handles: (type) => handles(model, type),
      refresh,
      unfit: () => (outdated ? waits : undefined),
      async apply(from, entries) {
        const foldTopic = folds.get(from.topic);
        if (outdated) throw new ModelMistake(waits);
        if (!foldTopic) throw new Reassess(`${model.name} does not fold ${from.topic}`);
        return foldTopic(batchOf(from, entries));
      },
    },
    deps,
  );
  // Where this fails, the next batch looks again.
  void mending?.done.then(refresh).catch(() => {});
  return {
    ...consumer,
    async stop() {
      await mending?.stop();
      await consumer.stop();
    },
  };
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
