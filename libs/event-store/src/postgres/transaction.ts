import { DatabaseError, type Pool, type PoolClient, type QueryResultRow } from 'pg';
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

/** SQLSTATE of a prepared statement whose tables have changed since. */
const outdated = '0A000';

/** Questions that need no transaction, in one round trip. @returns rows by place */
export function askTogether(
  pool: Pool,
  statements: readonly PreparedStatement[],
): Promise<QueryResultRow[][]> {
  return withClient(pool, async (client) => {
    try {
      return await queryTogether(client, statements);
    } catch (error) {
      // What failed is prepared anew.
      if (error instanceof DatabaseError && error.code === outdated) return queryTogether(client, statements);
      throw error;
    }
  });
}

/** Whatever goes wrong is rolled back; a connection that cannot even do that is given up. */
function onConnection<R>(pool: Pool, work: (client: PoolClient) => Promise<R>): Promise<R> {
  return withClient(pool, async (client, giveUp) => {
    try {
      return await work(client);
    } catch (error) {
      await rows(client, { text: 'rollback' }).catch(giveUp);
      throw error;
    }
  });
}

async function withClient<R>(
  pool: Pool,
  work: (client: PoolClient, giveUp: (because: Error) => void) => Promise<R>,
): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const giveUp = (because: Error) => {
    broken = because;
  };
  // A connection that dies while checked out emits an error nobody else listens to.
  client.on('error', giveUp);
  try {
    return await work(client, giveUp);
  } finally {
    client.off('error', giveUp);
    client.release(broken);
  }
}
