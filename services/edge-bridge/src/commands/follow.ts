import { newId } from '@dabba/contracts';
import { type Kafka, readEvents, type SchemaRegistry, type Subscription } from '@dabba/kafka';
import type { LatestPolicies } from '../policies/latest.ts';
import type { PastFile, Place } from './past.ts';
import type { UnconfirmedCommands } from './unconfirmed.ts';

const topic = 'fridges';

export interface FollowOptions {
  kafka: Pick<Kafka, 'subscribe' | 'admin' | 'read'>;
  registry: SchemaRegistry;
  commands: UnconfirmedCommands;
  policies: LatestPolicies;
  past: PastFile;
  /** After new commands for these fridges, or for all of them once the past is read. */
  onIssued(fridges: ReadonlySet<string> | 'all'): void;
  /** The same of policies. */
  onPolicies(fridges: ReadonlySet<string> | 'all'): void;
  onUnreadable(error: Error): void;
  /** It goes on; the next start reads more. */
  onUnkept(error: unknown): void;
}

/** Milliseconds between two copies of what was folded. */
const keepEvery = 30_000;

/**
 * Folds the `fridges` topic from where its folder remembers, else from the beginning, and goes on following it, every replica for
 * itself (B4); returns how to stop.
 */
export async function followFridges(options: FollowOptions): Promise<() => Promise<void>> {
  const { kafka, registry, commands, policies, onIssued, onPolicies, onUnreadable, onUnkept } = options;
  /** Partition → offset after the last record there was at the start. */
  let past: Map<number, number> | undefined;
  /** Partition → offset to go on from, so that a new assignment folds nothing twice. */
  const next = new Map<number, Place>();
  let changed = false;
  let asked: ReturnType<typeof begin> | undefined;
  /** All partitions ask at once and share one answer. */
  function ends() {
    asked ??= begin().catch((error) => {
      asked = undefined;
      throw error;
    });
    return asked;
  }
  /** Not before Kafka is there: a bridge opens its door without it. */
  async function begin() {
    const known = await options.past.recall(topic, kafka);
    const offsets = await kafka.admin.offsets(topic);
    for (const [partition, place] of known?.places ?? []) next.set(partition, place);
    for (const command of known?.commands ?? []) commands.expect(command);
    for (const policy of known?.policies ?? []) policies.apply(policy);
    return offsets;
  }

  const subscription: Subscription = await kafka.subscribe({
    // A group of its own for each start: the past is read every time, and a killed member keeps nobody waiting.
    group: `edge-bridge-commands-${newId()}`,
    topics: [topic],
    async startAt(_topic, partition) {
      const offsets = await ends();
      past ??= new Map(
        offsets
          .filter(({ partition: each, low, high }) => high > Math.max(low, next.get(each)?.next ?? 0))
          .map(({ partition: each, high }) => [each, high]),
      );
      if (past.size === 0) complete();
      const low = offsets.find((candidate) => candidate.partition === partition)?.low ?? 0;
      return next.get(partition)?.next ?? low;
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
      const last = records.at(-1);
      const after = (last?.offset ?? -1) + 1;
      next.set(partition, { next: after, id: last?.headers.ce_id ?? '' });
      changed = true;
      if (commands.complete) {
        onIssued(commanded);
        onPolicies(allowed);
        return;
      }
      if (after >= (past?.get(partition) ?? 0)) past?.delete(partition);
      if (past?.size === 0) complete();
    },
  });
  const keeping = setInterval(() => void keep().catch(onUnkept), keepEvery);
  keeping.unref();
  return async () => {
    clearInterval(keeping);
    await subscription.stop();
    await keep().catch(onUnkept);
  };

  function complete(): void {
    if (commands.complete) return;
    commands.complete = true;
    onIssued('all');
    onPolicies('all');
  }

  /** Taken at one moment: places and what was folded up to them belong together. */
  async function keep(): Promise<void> {
    if (!changed) return;
    changed = false;
    const past = { places: [...next], commands: commands.all(), policies: policies.all() };
    await options.past.keep(past).catch((error: unknown) => {
      changed = true;
      throw error;
    });
  }
}
