import type { Relay } from '@dabba/event-store';
import type { ConsumerStatus } from '@dabba/projections';
import type { TaskRunner } from '@dabba/tasks';

export interface Consumer {
  status(): ConsumerStatus | Promise<ConsumerStatus>;
  stop(): Promise<void>;
}

/** What runs in a process besides HTTP, as health and metrics look at it. Filled while the process starts. */
export interface Parts {
  relay?: Relay;
  tasks?: TaskRunner;
  consumers: Consumer[];
  /** True from the signal to stop on. */
  stopping: boolean;
}

export async function statusOfConsumers({ consumers }: Parts): Promise<ConsumerStatus[]> {
  const settled = await Promise.allSettled(consumers.map(async (consumer) => consumer.status()));
  return settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
