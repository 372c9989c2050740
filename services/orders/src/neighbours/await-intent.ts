import { type WaitTogether, waitTogether } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { paymentIdOf } from '../order/ids.ts';

/** Until an order can be paid for and something is known about its payment, or it is over. */
export function untilAnswered(pool: Pool): WaitTogether {
  return waitTogether({
    every: 25,
    async look(ids) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'orders-answered',
        text: `select s.id from unnest($1::text[], $2::text[]) q(id, payment_id) join dabba.streams s using (id)
                 left join order_payments p using (payment_id) where s.state ->> 'status' <> 'PENDING'
                    or (s.state ->> 'payBy' is not null and p.status <> 'PENDING')`,
        values: [ids, ids.map(paymentIdOf)],
      });
      return rows.map(({ id }) => id);
    },
  });
}
