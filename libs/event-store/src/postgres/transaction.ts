import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` between begin and commit. Whatever goes wrong, the connection is given up rather than rolled back when
 * it cannot even do that.
 */
export async function transaction<R>(
  pool: Pool,
  work: (client: PoolClient) => Promise<R>,
  begin = 'begin',
): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies while checked out emits an error nobody else listens to.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
