import type { RelayStatus } from '@dabba/event-store';
import type { ConsumerStatus } from '@dabba/projections';
import type { TasksStatus } from '@dabba/tasks';
import { Gauge, type Registry } from 'prom-client';

export interface Depths {
  consumers: readonly ConsumerStatus[];
  relay: RelayStatus | undefined;
  tasks: TasksStatus | undefined;
}

const breakerLevel = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Sets every gauge from what the parts say at the moment of a scrape; series that are gone disappear. */
export function gauges(registry: Registry): (depths: Depths) => void {
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge<L>({ name: `dabba_${name}`, help, labelNames, registers: [registry] });
  const lag = gauge('consumer_lag', 'Records not yet handled', 'consumer', 'kind', 'topic', 'partition');
  const stopped = gauge('consumer_stopped_partitions', 'Partitions that wait for a person', 'consumer');
  const parked = gauge('parked_streams', 'Streams parked behind a poison event', 'consumer');
  const depth = gauge('store_unrelayed_events', 'Committed events that are not on Kafka yet');
  const leader = gauge('relay_leader', '1 where this process relays');
  const behind = gauge('store_behind_kafka', '1 while commands wait for a recovery of the store');
  const tasks = gauge('tasks', 'Durable tasks', 'state');
  const oldest = gauge('tasks_oldest_waiting_seconds', 'Age of the oldest task that is due');
  const breakers = gauge('breaker_state', '0 closed, 1 half open, 2 open', 'dependency');

  return (now) => {
    for (const each of [lag, stopped, parked, tasks, breakers]) each.reset();
    for (const { name: consumer, kind, partitions, parkedStreams } of now.consumers) {
      for (const { topic, partition, lag: behindBy } of partitions)
        lag.set({ consumer, kind, topic, partition }, behindBy);
      stopped.set({ consumer }, partitions.filter((partition) => partition.stopped !== undefined).length);
      parked.set({ consumer }, parkedStreams);
    }
    if (now.relay) {
      depth.set(now.relay.depth);
      leader.set(Number(now.relay.leader));
      behind.set(Number(now.relay.recover !== undefined));
    }
    if (now.tasks) {
      const { waiting, running, dead } = now.tasks;
      for (const [state, count] of Object.entries({ waiting, running, dead })) tasks.set({ state }, count);
      oldest.set(now.tasks.oldestWaitingSeconds);
      for (const [dependency, state] of Object.entries(now.tasks.breakers))
        breakers.set({ dependency }, breakerLevel[state]);
    }
  };
}
