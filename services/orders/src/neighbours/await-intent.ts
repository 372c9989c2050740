import { type WaitTogether, waitTogether } from '@dabba/service-kit';
import type { Pool } from 'pg';

/** Until something is known about an order's payment, or the order is over. */
export function untilAnswered(pool: Pool): WaitTogether {
  return waitTogether({
    every: 25,
    async look(ids) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'orders-answered',
        text: `select s.id from dabba.streams s left join order_payments p on p.order_id = s.id
                where s.id = any($1) and (s.state ->> 'status' <> 'PENDING' or p.status <> 'PENDING')`,
        values: [ids],
      });
      return rows.map(({ id }) => id);
    },
  });
}
