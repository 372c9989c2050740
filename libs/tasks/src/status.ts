import type { Pool } from 'pg';
import type { Breaker } from './breaker.ts';
import type { TasksStatus } from './types.ts';

interface Counts {
  waiting: number;
  running: number;
  dead: number;
  oldest_waiting_seconds: number;
}

/** Counts of the whole database; breakers of this process. */
export async function readStatus(pool: Pool, guards: ReadonlyMap<string, Breaker>): Promise<TasksStatus> {
  const { rows } = await pool.query<Counts>('select * from dabba.tasks_status()');
  const [counts] = rows;
  if (!counts) throw new Error('dabba.tasks_status() gave nothing');
  return {
    waiting: counts.waiting,
    running: counts.running,
    dead: counts.dead,
    oldestWaitingSeconds: counts.oldest_waiting_seconds,
    breakers: Object.fromEntries([...guards].map(([name, breaker]) => [name, breaker.state()])),
  };
}
