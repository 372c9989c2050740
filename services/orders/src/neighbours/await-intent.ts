import { type WaitTogether, waitTogether } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { paymentIdOf } from '../order/ids.ts';
import type { OrderStatus } from '../order/order.ts';
import { onInventory, onPayments } from '../reactions/reactions.ts';
import { type OrderPaymentRow, orderPayments } from '../read-models/order-payments.ts';
import { hurriedBy } from './hurried-by.ts';

/** What POST /orders has to know of an order, and what payments told of its payment. */
export interface Standing {
  status: OrderStatus;
  /** Null until it may be paid for. */
  payBy: number | null;
  /** Minor units. */
  total: number;
  /** Why it was. */
  cancelled: string | null;
  payment: OrderPaymentRow | null;
}

const standing = `select s.id, s.state ->> 'status' as status, (s.state ->> 'payBy')::float8 as "payBy",
         (s.state ->> 'total')::float8 as total, s.state #>> '{cancelled,reason}' as cancelled, to_jsonb(p) as payment
    from unnest($1::text[], $2::text[]) q(id, payment_id) join dabba.streams s using (id)
    left join order_payments p using (payment_id)`;

/** Until an order can be paid for and something is known about its payment, or it is over. */
export function untilAnswered(pool: Pool): WaitTogether<Standing> {
  return waitTogether({
    every: 50,
    hurry: hurriedBy(orderPayments.name, onInventory, onPayments),
    async look(ids) {
      const { rows } = await pool.query<Standing & { id: string }>({
        name: 'orders-answered',
        text: `${standing} where s.state ->> 'status' <> 'PENDING' or (s.state ->> 'payBy' is not null and p.status <> 'PENDING')`,
        values: [ids, ids.map(paymentIdOf)],
      });
      return rows.map(({ id, ...found }) => [id, found]);
    },
  });
}

/** As it is. */
export async function standingOf(pool: Pool, id: string): Promise<Standing | undefined> {
  const { rows } = await pool.query<Standing>({
    name: 'orders-standing',
    text: standing,
    values: [[id], [paymentIdOf(id)]],
  });
  return rows[0];
}
