import { isTopicName } from '@dabba/contracts';
import type { IncomingRecord } from '@dabba/kafka';
import type { Doors } from '../doors.ts';
import { readTopic } from '../topic-log.ts';

/** Of each partition. */
const few = 40;

/**
 * Publishes old records again, the first and the last of each partition as they are: duplicates are normal and must change
 * nothing (K3, B3). Returns how many.
 */
export async function publishTwice({ kafka }: Doors, topics: readonly string[]): Promise<number> {
  const publisher = kafka.publisher();
  let count = 0;
  try {
    for (const topic of topics) {
      if (!isTopicName(topic)) continue;
      const byPartition = new Map<number, IncomingRecord[]>();
      await readTopic(kafka, topic, (records) => {
        for (const record of records) {
          const kept = byPartition.get(record.partition) ?? [];
          kept.push(record);
          if (kept.length > 2 * few) kept.splice(few, 1);
          byPartition.set(record.partition, kept);
        }
      });
      const again = [...byPartition.values()].flat();
      await publisher.publish(
        again.map(({ partition, key, value, headers }) => ({ topic, partition, key, value, headers })),
      );
      count += again.length;
    }
  } finally {
    await publisher.close();
  }
  return count;
}
