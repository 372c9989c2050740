import type { PreparedStatement, TaskRequest } from '@dabba/event-store';
import type { ClientBase, Pool } from 'pg';

/** Enqueues tasks that no event asks for, in the caller's transaction if it gives its client. Others go with their events. */
export async function enqueueTasks(
  database: Pool | ClientBase,
  tasks: readonly TaskRequest[],
): Promise<void> {
  if (tasks.length > 0) await database.query('select dabba.enqueue_tasks($1)', [JSON.stringify(tasks)]);
}

/** As {@link enqueueTasks}, to go with the commit of a transaction. */
export function enqueueing(tasks: readonly TaskRequest[]): PreparedStatement[] {
  return tasks.length > 0
    ? [{ text: 'select dabba.enqueue_tasks($1)', values: [JSON.stringify(tasks)] }]
    : [];
}
