import {
  type CommandContext,
  Conflict,
  type EventStore,
  type PreparedStatement,
  type ReactionUnit,
  shortTransaction,
} from '@dabba/event-store';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { Log } from '../consume/deps.ts';
import type { Failure, Placed } from '../fold/fold.ts';
import type { Reaction } from '../types.ts';
import { contextOf, DecisionFailed, decideAll, responsesTo, streamsOf } from './respond.ts';

/** What was looked at without a lock is no longer so. */
export class Changed extends Error {
  override name = 'Changed';
}

/** One event of several partitions' batches. */
export interface PlacedInLog extends Placed {
  readonly record: { readonly partition: number };
}

export function placeOf({ record, offset }: PlacedInLog): string {
  return `${record.partition}/${offset}`;
}

export interface Attempt<P extends PlacedInLog> {
  /** What to react to, as it looks now. */
  look(): Promise<readonly P[]>;
  /** Goes with the begin of the transaction. */
  first: readonly PreparedStatement[];
  /**
   * Own rows: what may go with the commit. Throws {@link Changed} when `events` are no longer what is to be reacted to.
   * @param found by `first`
   */
  settle(
    client: PoolClient,
    found: readonly QueryResultRow[][],
    events: readonly P[],
    failures: readonly Failure<P>[],
  ): Promise<readonly PreparedStatement[]>;
}

export interface ReactDeps {
  pool: Pool;
  store: EventStore;
  log: Log;
}

/**
 * Load, decide, then one transaction: own rows first, the append last (E9). A lost race decides again, however often;
 * an event whose decision throws is left out and becomes a failure.
 */
export async function react<P extends PlacedInLog>(
  reaction: Reaction,
  { pool, store, log }: ReactDeps,
  { look, first, settle }: Attempt<P>,
): Promise<void> {
  /** Place → why its decision cannot be made. */
  const failed = new Map<string, string>();
  for (let fromMemory = true; ; fromMemory = false) {
    const events = await look();
    const before = new Map(
      events.flatMap((placed) => {
        const error = failed.get(placeOf(placed));
        return error === undefined ? [] : [[placed, error] as const];
      }),
    );
    const { answered, failures } = responsesTo(reaction, events, before);
    const commit = (unit?: ReactionUnit) =>
      shortTransaction(pool, first, async (client, found) => {
        const own = await settle(client, found, events, failures);
        return [...own, ...((await unit?.closing(client)) ?? [])];
      });
    const [answer] = answered;
    try {
      if (!answer) return await commit();
      const context: CommandContext = contextOf(reaction, answer.placed.event);
      const decide = (unit: ReactionUnit) => {
        decideAll(reaction, unit, answered, log);
        return commit(unit);
      };
      return await store.unit(streamsOf(answered), context, decide, { fromMemory });
    } catch (error) {
      if (error instanceof DecisionFailed) {
        // What cannot be decided on an older state may well be on what is there.
        if (!fromMemory) failed.set(placeIn(events, error), error.message);
      } else if (!(error instanceof Conflict || error instanceof Changed)) throw error;
    }
  }
}

function placeIn(events: readonly PlacedInLog[], failure: DecisionFailed<unknown>): string {
  const placed = events.find((event) => event === failure.placed);
  if (!placed) throw failure;
  return placeOf(placed);
}
