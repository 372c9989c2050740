import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { rows } from './query.ts';
import { type PreparedStatement, queryTogether } from './together.ts';

/** Runs `work` between begin and commit. */
export function transaction<R>(
  pool: Pool,
  work: (client: PoolClient) => Promise<R>,
  begin = 'begin',
): Promise<R> {
  return onConnection(pool, async (client) => {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  });
}

/**
 * A transaction of two round trips: `first` goes with begin, and what `work` makes of their rows with commit.
 * @param work may ask more in between
 */
export function shortTransaction(
  pool: Pool,
  first: readonly PreparedStatement[],
  work: (client: PoolClient, rows: QueryResultRow[][]) => Promise<readonly PreparedStatement[]>,
): Promise<void> {
  return onConnection(pool, async (client) => {
    const [, ...found] = await queryTogether(client, [{ text: 'begin' }, ...first]);
    await queryTogether(client, [...(await work(client, found)), { text: 'commit' }]);
  });
}

/** Whatever goes wrong is rolled back; a connection that cannot even do that is given up. */
async function onConnection<R>(pool: Pool, work: (client: PoolClient) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies while checked out emits an error nobody else listens to.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    await rows(client, { text: 'rollback' }).catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
