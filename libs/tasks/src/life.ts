import pg from 'pg';

/**
 * A connection whose session lock says that a worker lives. The lock goes with the connection and the connection with the
 * process, so it must not pass a transaction pooler. A lost connection is not renewed: the worker is dead then.
 */
export interface Life {
  /** Resolves with why, once it is over. Never rejects. */
  readonly over: Promise<Error>;
  /** Takes the lock; resolves when held. */
  claim(worker: string): Promise<void>;
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  end(): Promise<void>;
}

export async function beginLife(config: pg.ClientConfig): Promise<Life> {
  const client = new pg.Client({
    ...config,
    // Longer than any of its statements; a server that is silent for so long may have given the lock away.
    query_timeout: 5_000,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  let finish = (_why: Error): void => {};
  const over = new Promise<Error>((resolve) => {
    finish = resolve;
  });
  client.on('error', finish);
  client.on('end', () => finish(new Error('The connection ended')));
  await client.connect();
  // A machine that vanishes sends no farewell: the server notices within some five seconds.
  await client.query(
    'set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3',
  );

  async function query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    try {
      const { rows } = await client.query<R>(text, values);
      return rows;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError))
        finish(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  return {
    over,
    query,
    async claim(worker) {
      await query('select pg_advisory_lock(dabba.worker_lock($1))', [worker]);
    },
    async end() {
      // `end` waits for a server that may never answer.
      await Promise.race([client.end(), over]).catch(() => {});
    },
  };
}
