import type { EventStore } from '@dabba/event-store';
import { advancing } from './consume/checkpoint.ts';
import { type Consumer, startConsumer } from './consume/consumer.ts';
import { type ProjectionDeps, silent } from './consume/deps.ts';
import { guess, peek } from './consume/peek.ts';
import { type Handled, parkingsOf, same } from './consume/split.ts';
import { take } from './consume/take.ts';
import { together } from './consume/together.ts';
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
      apply: together(reaction.name, reaction.topics, (batches) => {
        // Streams are parked so rarely that being wrong is cheaper than asking.
        let guessed = guess(batches);
        return react<Handled>(
          reaction,
          { pool, store, log },
          {
            async look() {
              const events = guessed ?? (await peek(pool, batches));
              guessed = undefined;
              return events;
            },
            first: [advancing(batches)],
            async settle(_client, [moved = []], events, failures) {
              const { handle, settle } = take(moved, batches);
              if (!same(handle, events)) throw new Changed(reaction.name);
              return settle(parkingsOf(failures));
            },
          },
        );
      }),
    },
    deps,
  );
}
