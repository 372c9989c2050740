import type { TaskRequest } from '@dabba/event-store';
import type { ClientBase, Pool } from 'pg';

/** Enqueues tasks that no event asks for, in the caller's transaction if it gives its client. Others go with their events. */
export async function enqueueTasks(
  database: Pool | ClientBase,
  tasks: readonly TaskRequest[],
): Promise<void> {
  if (tasks.length > 0) await database.query('select dabba.enqueue_tasks($1)', [JSON.stringify(tasks)]);
}
