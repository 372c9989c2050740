import type { Recorded, TopicName } from '@dabba/contracts';
import { connectRegistry, readEvents } from '@dabba/kafka';
import { readTopic } from '../../faults/topic-log.ts';
import type { Village } from './village.ts';

/** Everything on a topic, as any reader of it sees it. */
export async function eventsOn({ kafka, env }: Village, topic: TopicName): Promise<Recorded[]> {
  const { SCHEMA_REGISTRY_URL: url = '', SCHEMA_CACHE_DIR: cacheDir = '' } = env;
  const registry = connectRegistry({ url, cacheDir });
  const batches: Promise<Recorded[]>[] = [];
  await readTopic(kafka, topic, (records) => {
    const read = readEvents(records, registry).then((all) =>
      all.flatMap((one) => {
        if ('error' in one) throw one.error;
        return one.event ? [one.event] : [];
      }),
    );
    batches.push(read);
  });
  return (await Promise.all(batches)).flat();
}
