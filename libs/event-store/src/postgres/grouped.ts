import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { batcher, type Outcome } from '../batcher.ts';
import { failureOf } from './failure.ts';
import type { PreparedStatement } from './together.ts';
import { shortTransaction } from './transaction.ts';

/** What `shortTransaction` takes. */
export interface ShortWork {
  first: readonly PreparedStatement[];
  work(client: PoolClient, rows: QueryResultRow[][]): Promise<readonly PreparedStatement[]>;
}

/**
 * Group commit of transactions that have nothing to do with each other: those that come while one is in flight go together in
 * the next. When they cannot, each goes alone, so that only the culprit fails.
 * @param begin is called anew for each try
 * @param place those that go together do so in its order, which has to be the same in all processes: none waits for another in a circle
 */
export type Grouped = (place: string, begin: () => ShortWork) => Promise<void>;

const most = 16;

interface Waiting {
  place: string;
  begin(): ShortWork;
}

/**
 * @param settings said at each beginning, as {@link flushedLater}
 */
export function grouped(pool: Pool, settings: readonly PreparedStatement[] = []): Grouped {
  const add = batcher<Waiting, void>((waiting) => commit({ pool, settings }, waiting), { most });
  return (place, begin) => add({ place, begin });
}

/**
 * For what can be made again from what is on disk elsewhere: a crash of the server may take back what was committed within its last
 * moments, all of each transaction or nothing, the last ones first.
 */
export const flushedLater: readonly PreparedStatement[] = [{ text: 'set local synchronous_commit to off' }];

interface Where {
  pool: Pool;
  settings: readonly PreparedStatement[];
}

/** By the work of one of them, rather than on the way to the server or there. */
class WorkFailed extends Error {
  override name = 'WorkFailed';
}

async function commit(where: Where, waiting: readonly Waiting[]): Promise<Outcome<void>[]> {
  try {
    await runTogether(where, waiting);
    return waiting.map(() => ({ ok: true, value: undefined }));
  } catch (failure) {
    const error = failure instanceof WorkFailed ? failure.cause : failure;
    // A server that is away is so for each of them, and would be waited for by one after another.
    const divisible = failure instanceof WorkFailed || ['data', 'again'].includes(failureOf(failure));
    if (waiting.length === 1 || !divisible) return waiting.map(() => ({ ok: false, error }));
    const outcomes: Outcome<void>[] = [];
    for (const one of waiting) outcomes.push(...(await commit(where, [one])));
    return outcomes;
  }
}

async function runTogether({ pool, settings }: Where, waiting: readonly Waiting[]): Promise<void> {
  const parts = [...waiting]
    .sort((one, other) => (one.place < other.place ? -1 : 1))
    .map((one) => one.begin());
  await shortTransaction(
    pool,
    [...settings, ...parts.flatMap(({ first }) => first)],
    async (client, rows) => {
      const last: PreparedStatement[] = [];
      let taken = settings.length;
      for (const { first, work } of parts) {
        const found = rows.slice(taken, taken + first.length);
        taken += first.length;
        last.push(
          ...(await work(client, found).catch((cause: unknown) => {
            throw new WorkFailed('The work of one of them failed', { cause });
          })),
        );
      }
      return last;
    },
  );
}
