import type { AdminConnection } from './admin-connection.ts';

/** First offset of a partition and the one after its last. */
export interface LogRange {
  low: number;
  high: number;
}

/** @param topic as Kafka knows it, prefix included */
export async function logRanges(
  admin: AdminConnection,
  topic: string,
  timeout?: number,
): Promise<Map<number, LogRange>> {
  const offsets = await admin.ask(
    `offsets of ${topic}`,
    (client) => client.fetchTopicOffsets(topic),
    timeout,
  );
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
  );
}

/** Why a reader cannot stand at `position`, or undefined when it can (P3). */
export function outOfLog(position: number, range: LogRange | undefined): string | undefined {
  if (!range) return 'the partition does not exist';
  if (range.low > position) return `the log begins at ${range.low}, above the checkpoint ${position}`;
  if (position > range.high) return `the log ends at ${range.high}, below the checkpoint ${position}`;
  return undefined;
}
