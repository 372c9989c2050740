import type { Event } from '@dabba/contracts';
import {
  type CommandContext,
  Conflict,
  type EventStore,
  type StreamRef,
  transaction,
} from '@dabba/event-store';
import type { Pool, PoolClient } from 'pg';

/**
 * Rows of our own and events of one stream, in one transaction; a lost race begins anew.
 * @param work writes rows and says which events they are
 */
export async function rowsAndEvents<S, E extends Event, R>(
  { pool, store }: { pool: Pool; store: Pick<EventStore, 'unit'> },
  ref: StreamRef<S, E>,
  context: CommandContext,
  work: (client: PoolClient, state: S) => Promise<{ result: R; events: readonly E[] }>,
): Promise<R> {
  for (;;) {
    try {
      return await store.unit([ref], context, (unit) =>
        transaction(pool, async (client) => {
          const { result, events } = await work(client, unit.load(ref).state);
          unit.append(ref, events);
          await unit.commitTo(client);
          return result;
        }),
      );
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
