import type { Pool, PoolClient } from 'pg';
import type { Log } from './log.ts';

/** A server that goes away must not end the process: broken connections are logged. Returns how to stop minding them. */
export function mindPoolErrors(pool: Pool, log: Log): () => void {
  const onError = (error: Error): void => log.warn({ err: error }, 'A database connection failed');
  const onConnect = (client: PoolClient): void => {
    client.on('error', onError);
  };
  pool.on('error', onError);
  pool.on('connect', onConnect);
  return () => {
    pool.off('error', onError);
    pool.off('connect', onConnect);
  };
}
