import { newId } from '@dabba/contracts';
import { type Kafka, readEvents, type SchemaRegistry, type Subscription } from '@dabba/kafka';
import type { LatestPolicies } from '../policies/latest.ts';
import type { UnconfirmedCommands } from './unconfirmed.ts';

const topic = 'fridges';

export interface FollowOptions {
  kafka: Pick<Kafka, 'subscribe' | 'admin'>;
  registry: SchemaRegistry;
  commands: UnconfirmedCommands;
  policies: LatestPolicies;
  /** After new commands for these fridges, or for all of them once the past is read. */
  onIssued(fridges: ReadonlySet<string> | 'all'): void;
  /** The same of policies. */
  onPolicies(fridges: ReadonlySet<string> | 'all'): void;
  onUnreadable(error: Error): void;
}

/** Folds the whole `fridges` topic, which is small, and goes on following it, every replica for itself (B4); returns how to stop. */
export async function followFridges(options: FollowOptions): Promise<() => Promise<void>> {
  const { kafka, registry, commands, policies, onIssued, onPolicies, onUnreadable } = options;
  /** Partition → offset after the last record there was at the start. */
  let past: Map<number, number> | undefined;
  /** Partition → offset to go on from, so that a new assignment folds nothing twice. */
  const next = new Map<number, number>();

  let asked: ReturnType<typeof kafka.admin.offsets> | undefined;
  /** All partitions ask at once and share one answer. */
  function ends() {
    asked ??= kafka.admin.offsets(topic).catch((error) => {
      asked = undefined;
      throw error;
    });
    return asked;
  }

  const subscription: Subscription = await kafka.subscribe({
    // A group of its own for each start: the past is read every time, and a killed member keeps nobody waiting.
    group: `edge-bridge-commands-${newId()}`,
    topics: [topic],
    async startAt(_topic, partition) {
      const goOn = next.get(partition);
      if (goOn !== undefined) return goOn;
      const offsets = await ends();
      past ??= new Map(
        offsets.filter(({ low, high }) => high > low).map(({ partition: each, high }) => [each, high]),
      );
      if (past.size === 0) commands.complete = true;
      return offsets.find((candidate) => candidate.partition === partition)?.low ?? 0;
    },
    async onBatch({ partition, records }) {
      const commanded = new Set<string>();
      const allowed = new Set<string>();
      for (const read of await readEvents(records, registry)) {
        if ('error' in read) onUnreadable(read.error);
        else if (read.event?.type === 'FridgeCommandIssued') {
          commands.apply(read.event);
          commanded.add(read.event.data.fridgeId);
        } else if (read.event?.type === 'FridgeCommandConfirmed') commands.apply(read.event);
        else if (read.event?.type === 'OfflinePolicyIssued' && policies.apply(read.event.data))
          allowed.add(read.event.data.fridgeId);
      }
      const after = (records.at(-1)?.offset ?? -1) + 1;
      next.set(partition, after);
      if (commands.complete) {
        onIssued(commanded);
        onPolicies(allowed);
        return;
      }
      if (after >= (past?.get(partition) ?? 0)) past?.delete(partition);
      if (past?.size !== 0) return;
      commands.complete = true;
      onIssued('all');
      onPolicies('all');
    },
  });
  return () => subscription.stop();
}
