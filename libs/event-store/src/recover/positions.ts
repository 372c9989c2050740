import type { Pool } from 'pg';
import { type Queryable, rows } from '../postgres/query.ts';
import { transaction } from '../postgres/transaction.ts';

/** The lock append_batch takes: nothing is appended while it is held. */
export async function lockAppends(on: Queryable): Promise<void> {
  await rows(on, { text: 'select pg_advisory_xact_lock(4919131752989213764)' });
}

/** Lets positions go on above this one, or above the highest drawn; gives the one they go on after. */
export function raiseSequence(pool: Pool, position: number): Promise<number> {
  return transaction(pool, async (client) => {
    await lockAppends(client);
    const [row] = await rows<{ position: number }>(client, {
      text: `select setval('dabba.position', greatest($1::bigint, last_value, 1), is_called or $1::bigint > 0) as position
               from dabba.position`,
      values: [position],
    });
    return row?.position ?? position;
  });
}

/**
 * Gives every event above `position` a new position, in the same order: they were decided after a restore, before
 * anybody noticed, are on no topic yet, and stand where lost ones belong.
 */
export function moveAside(pool: Pool, position: number): Promise<void> {
  return transaction(pool, async (client) => {
    await lockAppends(client);
    await rows(client, {
      text: `with moved as (
               select old, nextval('dabba.position') as new
                 from (select position as old from dabba.events where position > $1 order by position) e)
             update dabba.events set position = moved.new from moved where position = moved.old`,
      values: [position],
    });
  });
}
