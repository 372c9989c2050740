import { type WaitTogether, waitTogether } from '@dabba/service-kit';
import type { Pool } from 'pg';

/** Until a receipt is at its end. */
export function untilEnded(pool: Pool): WaitTogether<true> {
  return waitTogether({
    every: 150,
    async look(ids) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'receipts-ended',
        text: `select id from dabba.streams
                where id = any($1) and state ->> 'status' in ('ACCEPTED', 'REJECTED', 'FAILED')`,
        values: [ids],
      });
      return rows.map(({ id }) => [id, true]);
    },
  });
}
