import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

/** Milliseconds between looks; one statement for everybody who waits. */
const every = 150;

/** Resolves when the receipt is at its end, or the seconds are over. */
export type UntilEnded = (receiptId: string, seconds: number, signal: AbortSignal) => Promise<void>;

export function untilEnded(pool: Pool): UntilEnded {
  const waiting = new Map<string, Set<() => void>>();
  let looking = false;

  async function look(): Promise<void> {
    looking = true;
    while (waiting.size > 0) {
      await pause(every);
      const { rows } = await pool
        .query<{ id: string }>({
          name: 'receipts-ended',
          text: `select id from dabba.streams
                  where id = any($1) and state ->> 'status' in ('ACCEPTED', 'REJECTED', 'FAILED')`,
          values: [[...waiting.keys()]],
        })
        // Whoever waits is answered with what there is when the time is over.
        .catch(() => ({ rows: [] }));
      for (const { id } of rows) for (const wake of waiting.get(id) ?? []) wake();
    }
    looking = false;
  }

  return async (receiptId, seconds, signal) => {
    const others = waiting.get(receiptId) ?? new Set();
    waiting.set(receiptId, others);
    const ended = new AbortController();
    const wake = () => ended.abort();
    others.add(wake);
    if (!looking) void look();
    await pause(seconds * 1000, undefined, { signal: AbortSignal.any([ended.signal, signal]) }).catch(
      () => {},
    );
    others.delete(wake);
    if (others.size === 0) waiting.delete(receiptId);
  };
}
