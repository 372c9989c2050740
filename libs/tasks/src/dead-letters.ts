import type { Pool } from 'pg';

export interface DeadTask {
  id: string;
  task: string;
  payload: unknown;
  key: string | null;
  attempts: number;
  error: string;
  /** UTC milliseconds. */
  enqueuedAt: number;
  /** UTC milliseconds. */
  diedAt: number;
}

interface DeadRow {
  id: string;
  task: string;
  payload: unknown;
  key: string | null;
  attempts: number;
  error: string;
  enqueued_at: Date;
  died_at: Date;
}

/** Tasks that gave up, latest first. */
export async function deadTasks(pool: Pool, limit = 100): Promise<DeadTask[]> {
  const { rows } = await pool.query<DeadRow>(
    'select * from dabba.dead_tasks order by died_at desc limit $1',
    [limit],
  );
  return rows.map(({ id, task, payload, key, attempts, error, enqueued_at, died_at }) => ({
    id,
    task,
    payload,
    key,
    attempts,
    error,
    enqueuedAt: enqueued_at.getTime(),
    diedAt: died_at.getTime(),
  }));
}

/** Runs a dead task again, under the same idempotency key and with all its attempts. False if there is none with this id. */
export async function replayTask(pool: Pool, id: string): Promise<boolean> {
  const { rows } = await pool.query<{ replayed: boolean }>('select dabba.replay_task($1) as replayed', [id]);
  return rows[0]?.replayed ?? false;
}

/** Forgets a dead task for good. False if there is none with this id. */
export async function discardTask(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query('delete from dabba.dead_tasks where id = $1', [id]);
  return rowCount === 1;
}
