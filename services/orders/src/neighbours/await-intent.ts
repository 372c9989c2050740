import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

/** Resolves once something is known about the order's payment, or the order is over, or the milliseconds are. */
export type UntilAnswered = (orderId: string, within: number, signal: AbortSignal) => Promise<void>;

/** Milliseconds between looks: one statement for all who wait, whichever replica hears of it, and none while nobody does. */
const every = 25;

export function untilAnswered(pool: Pool): UntilAnswered {
  const waiting = new Map<string, Set<() => void>>();
  let looking = false;

  async function look(): Promise<void> {
    looking = true;
    while (waiting.size > 0) {
      await pause(every);
      const { rows } = await pool
        .query<{ id: string }>({
          name: 'orders-answered',
          text: `select s.id from dabba.streams s left join order_payments p on p.order_id = s.id
                  where s.id = any($1) and (s.state ->> 'status' <> 'PENDING' or p.status <> 'PENDING')`,
          values: [[...waiting.keys()]],
        })
        // Whoever waits is answered with what there is when the time is over.
        .catch(() => ({ rows: [] }));
      for (const { id } of rows) for (const wake of waiting.get(id) ?? []) wake();
    }
    looking = false;
  }

  return async (orderId, within, signal) => {
    const others = waiting.get(orderId) ?? new Set();
    waiting.set(orderId, others);
    const answered = new AbortController();
    const wake = () => answered.abort();
    others.add(wake);
    if (!looking) void look();
    await pause(within, undefined, { signal: AbortSignal.any([answered.signal, signal]) }).catch(() => {});
    others.delete(wake);
    if (others.size === 0) waiting.delete(orderId);
  };
}
