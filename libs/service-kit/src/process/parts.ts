import type { Relay } from '@dabba/event-store';
import type { Consumer } from '@dabba/projections';
import type { TaskRunner } from '@dabba/tasks';

/** What runs in a process besides HTTP, as health and metrics look at it. Filled while the process starts. */
export interface Parts {
  relay?: Relay;
  tasks?: TaskRunner;
  consumers: Consumer[];
  /** True from the signal to stop on. */
  stopping: boolean;
}
