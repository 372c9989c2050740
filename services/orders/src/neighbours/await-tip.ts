import { type WaitTogether, waitTogether } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { onPayments } from '../reactions/reactions.ts';
import { hurriedBy } from './hurried-by.ts';

/** Until the payment of an order that is to have another tip has told whether it asks for it, or the order is over. */
export function untilTipIsTold(pool: Pool): WaitTogether<true> {
  return waitTogether<true>({
    every: 50,
    hurry: hurriedBy(onPayments),
    async look(ids) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'orders-tip-told',
        text: `select id from dabba.streams
                where id = any($1::text[]) and (state -> 'tipWish' = 'null'::jsonb or state ->> 'status' <> 'PENDING')`,
        values: [ids],
      });
      return rows.map(({ id }) => [id, true]);
    },
  });
}
