import { newId } from '@dabba/contracts';
import { readEvents } from '@dabba/kafka';
import type { StoreDeps } from '@dabba/service-kit';
import type { Shelf } from './shelf.ts';

const topic = 'catalog';

/** Folds the whole topic, which is small, into memory and goes on following it, every replica for itself; returns how to stop. */
export async function followCatalog(
  { kafka, registry, log }: Pick<StoreDeps, 'kafka' | 'registry' | 'log'>,
  shelf: Shelf,
): Promise<() => Promise<void>> {
  /** Partition → offset to go on from, so that a new assignment reads nothing twice. */
  const next = new Map<number, number>();
  const subscription = await kafka.subscribe({
    // A group of its own for each start: every replica needs all of it, and a killed member keeps nobody waiting.
    group: `catalog-shelf-${newId()}`,
    topics: [topic],
    async startAt(_topic, partition) {
      const goOn = next.get(partition);
      if (goOn !== undefined) return goOn;
      const offsets = await kafka.admin.offsets(topic);
      return offsets.find((candidate) => candidate.partition === partition)?.low ?? 0;
    },
    async onBatch({ partition, records }) {
      for (const read of await readEvents(records, registry)) {
        if ('error' in read) log.error({ err: read.error }, 'an event of the catalog cannot be read');
        else if (read.event) shelf.apply(read.event);
      }
      next.set(partition, (records.at(-1)?.offset ?? -1) + 1);
    },
  });
  return () => subscription.stop();
}
