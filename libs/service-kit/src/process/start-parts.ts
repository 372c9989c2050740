import type { OpenStore } from '@dabba/event-store';
import { startTasks } from '@dabba/tasks';
import type { StoreDeps, StoreService } from '../types.ts';
import type { Closing } from './closing.ts';
import type { Parts } from './parts.ts';

/** Everything of a service that works without being asked: relay, read models, reactions, dead letters, tasks. */
export async function startParts(
  service: StoreService,
  deps: StoreDeps,
  _store: OpenStore,
  parts: Parts,
  closing: Closing,
): Promise<void> {
  const { pool, log } = deps;
  const handlers = service.tasks?.(deps) ?? [];
  if (handlers.length > 0) {
    const tasks = await startTasks({ handlers, pool, log });
    parts.tasks = tasks;
    closing.add('tasks', () => tasks.stop());
  }
}
