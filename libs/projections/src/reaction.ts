import type { EventStore } from '@dabba/event-store';
import { batchOf } from './consume/batch.ts';
import { type Consumer, startConsumer } from './consume/consumer.ts';
import { type ProjectionDeps, silent } from './consume/deps.ts';
import { peek } from './consume/peek.ts';
import type { Handled } from './consume/split.ts';
import { take } from './consume/take.ts';
import { Changed, react } from './react/react.ts';
import type { Reaction } from './types.ts';

/**
 * Reacts to the topics' events on the service's own streams; checkpoint and new events commit together (E9).
 * `migrateProjections` has to have run.
 */
export async function startReaction(
  reaction: Reaction,
  deps: ProjectionDeps & { store: EventStore },
): Promise<Consumer> {
  const { pool, store, log = silent } = deps;
  return startConsumer(
    {
      name: reaction.name,
      kind: 'reaction',
      topics: reaction.topics,
      handles: (type) => Object.hasOwn(reaction.on, type),
      async apply(from, entries) {
        const batch = batchOf(from, entries);
        await react<Handled>(
          reaction,
          { pool, store, log },
          {
            look: async () => (await peek(pool, batch)).handle,
            async settle(client, events, failures) {
              const { handle, settle } = await take(client, [batch]);
              if (!same(handle, events)) throw new Changed(reaction.name);
              await settle(failures.map(({ placed, error }) => ({ entry: placed, error })));
            },
          },
        );
        return batch.to;
      },
    },
    deps,
  );
}

function same(one: readonly Handled[], other: readonly Handled[]): boolean {
  return one.length === other.length && one.every(({ offset }, index) => offset === other[index]?.offset);
}
