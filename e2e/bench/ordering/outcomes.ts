import { latencies, until } from '@dabba/testing';
import type pg from 'pg';
import type { Placed } from './load-process.ts';

/** Milliseconds. */
export interface Outcomes {
  /** From when its POST was due to its confirmation; its customer's own part of that among it. */
  confirmed: { p50: number; p99: number; max: number };
  /** From when its customer was told that it is paid. */
  afterPaying: { p50: number; p99: number };
  /** Paid, and not confirmed however long one waits. */
  lost: number;
}

export interface Confirmations {
  /** @param within milliseconds for the last to come */
  of(placed: readonly Placed[], within: number): Promise<Outcomes>;
  stop(): void;
}

/** Milliseconds between looks; a confirmation counts from the look that finds it. */
const every = 50;

/**
 * When orders were confirmed. What is confirmed because of an event bears that event's time, so it is looked for again and again
 * among what is committed. @param pool of orders
 */
export function watchConfirmations(pool: pg.Pool): Confirmations {
  const at = new Map<string, number>();
  let last = 0;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const { rows } = await pool.query<{ position: number; stream: string; type: string }>({
        name: 'bench-confirmed',
        text: 'select position::float8 as position, stream, type from dabba.events where position > $1 order by position',
        values: [last],
      });
      const now = Date.now();
      for (const { position, stream, type } of rows) {
        last = position;
        if (type === 'OrderConfirmed') at.set(stream, now);
      }
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look().catch(() => {}), every);
  return {
    async of(placed, within) {
      const missing = () => placed.filter(({ id }) => !at.has(id)).length;
      await until('all are confirmed', () => missing() === 0, { within, every: 100 }).catch(() => {});
      const whole = latencies();
      const after = latencies();
      for (const { id, due, paid } of placed) {
        const confirmed = at.get(id);
        if (confirmed === undefined) continue;
        whole.record(confirmed - due);
        after.record(confirmed - paid);
      }
      return {
        confirmed: { p50: whole.p(50), p99: whole.p(99), max: whole.max() },
        afterPaying: { p50: after.p(50), p99: after.p(99) },
        lost: missing(),
      };
    },
    stop: () => clearInterval(timer),
  };
}
