import type { StoreDeps } from '@dabba/service-kit';
import { archiveOf } from '../index.ts';
import { scheduleArchiving } from './task.ts';

/** Has closed days archived from now on; stopped, it closes what reads them. */
export async function startArchiving(deps: StoreDeps): Promise<{ stop(): Promise<void> }> {
  const archive = archiveOf(deps);
  await scheduleArchiving(deps);
  return { stop: () => archive.close() };
}
