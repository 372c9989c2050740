import { flushedLater, type Grouped, grouped } from '@dabba/event-store';
import type { Pool } from 'pg';
import { advancing } from './consume/checkpoint.ts';
import { type Consumer, startConsumer } from './consume/consumer.ts';
import type { ProjectionDeps } from './consume/deps.ts';
import { guess } from './consume/peek.ts';
import { parkingsOf, same } from './consume/split.ts';
import { take } from './consume/take.ts';
import { together } from './consume/together.ts';
import { foldInto, planFold } from './fold/apply.ts';
import { handles } from './fold/changes.ts';
import { ModelMistake } from './model-mistake.ts';
import { mend } from './operate/mend.ts';
import { createTables } from './tables/index.ts';
import { isOutdated } from './tables/origin.ts';
import { readShapes } from './tables/shape.ts';
import type { ReadModel } from './types.ts';

/** Folds that commit together. What a crash of the server takes back of them, with their checkpoints, is folded again from the log. */
export function foldsOn(pool: Pool): Grouped {
  return grouped(pool, flushedLater);
}

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
  const commit = deps.transactions ?? foldsOn(pool);
  const fold = together(model.name, model.topics, (batches) =>
    commit(model.name, () => {
      const guessed = guess(batches);
      const plan = guessed && planFold('public', model, shapes, guessed);
      return {
        first: [advancing(batches), ...(plan?.reads ?? [])],
        async work(client, [moved = [], ...found]) {
          const { handle, settle } = take(moved, batches);
          const foreseen = guessed && same(handle, guessed) ? plan?.fold(found) : undefined;
          if (foreseen) return [...foreseen.writes, ...settle(parkingsOf(foreseen.failures))];
          return settle(parkingsOf(await foldInto(client, 'public', model, shapes, handle)));
        },
      };
    }),
  );
  const consumer = await startConsumer(
    {
      name: model.name,
      kind: 'read-model',
      topics: model.topics,
      handles: (type) => handles(model, type),
      gather: model.awaited ? undefined : deps.gather,
      refresh,
      unfit: () => (outdated ? waits : undefined),
      async apply(from, entries) {
        if (outdated) throw new ModelMistake(waits);
        return fold(from, entries);
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
