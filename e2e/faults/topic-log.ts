import type { TopicName } from '@dabba/contracts';
import type { IncomingRecord, Kafka } from '@dabba/kafka';

/** Reads a whole topic; batches of one partition come in its order. */
export async function readTopic(
  kafka: Kafka,
  topic: TopicName,
  onRecords: (records: readonly IncomingRecord[]) => void,
): Promise<void> {
  const offsets = await kafka.admin.offsets(topic);
  await kafka.read({
    topic,
    ranges: new Map(offsets.map(({ partition, low, high }) => [partition, { from: low, to: high }])),
    onBatch: async ({ records }) => onRecords(records),
  });
}
