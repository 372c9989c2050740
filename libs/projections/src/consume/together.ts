import type { TopicName } from '@dabba/contracts';
import { batcher, type Outcome } from '@dabba/event-store';
import { Reassess } from '@dabba/kafka';
import { isDataError } from '../postgres/errors.ts';
import { type Apply, type Batch, batchOf } from './batch.ts';
import type { Checkpoint } from './checkpoint.ts';

/**
 * Group commit: batches of several partitions of a topic that arrive while one transaction is in flight share the next.
 * When they cannot go together each goes alone, so that only the culprit fails.
 * @param commit applies batches of one topic, ascending by partition, in one transaction
 */
export function together(
  name: string,
  topics: readonly TopicName[],
  commit: (batches: readonly Batch[]) => Promise<void>,
): Apply {
  const run = (batches: readonly Batch[]) => commitAll(commit, batches);
  const adds = new Map(
    topics.map((topic) => [topic, batcher<Batch, Checkpoint>(run, { most: 64 })] as const),
  );
  return async (from, entries) => {
    const add = adds.get(from.topic);
    if (!add) throw new Reassess(`${name} does not handle ${from.topic}`);
    return add(batchOf(from, entries));
  };
}

async function commitAll(
  commit: (batches: readonly Batch[]) => Promise<void>,
  batches: readonly Batch[],
): Promise<Outcome<Checkpoint>[]> {
  try {
    await commit([...batches].sort((one, other) => one.from.partition - other.from.partition));
    return batches.map(({ to }) => ({ ok: true, value: to }));
  } catch (error) {
    const divisible = batches.length > 1 && (isDataError(error) || error instanceof Reassess);
    if (!divisible) return batches.map(() => ({ ok: false, error }));
    const outcomes: Outcome<Checkpoint>[] = [];
    for (const batch of batches) outcomes.push(...(await commitAll(commit, [batch])));
    return outcomes;
  }
}
