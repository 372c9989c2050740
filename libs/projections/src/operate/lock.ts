import type { ClientBase } from 'pg';

/** A rebuild has the model to itself; replays, discards and verifications only keep rebuilds away. */
export class Busy extends Error {
  override name = 'Busy';
}

const key = "hashtextextended('dabba rebuild ' || $1, 0)";

/** Until the end of the transaction. */
export async function lockShared(client: ClientBase, consumer: string): Promise<void> {
  await lock(client, `select pg_try_advisory_xact_lock_shared(${key}) as free`, consumer);
}

/** Until the connection is given back broken, or `unlock`. */
export async function lockAlone(client: ClientBase, consumer: string): Promise<void> {
  await lock(client, `select pg_try_advisory_lock(${key}) as free`, consumer);
}

export async function unlock(client: ClientBase, consumer: string): Promise<void> {
  await client.query(`select pg_advisory_unlock(${key})`, [consumer]);
}

async function lock(client: ClientBase, query: string, consumer: string): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>(query, [consumer]);
  if (!rows[0]?.free)
    throw new Busy(`${consumer} is being rebuilt, verified or replayed; try again afterwards`);
}
