import { type OutgoingRecord, PublishFailed } from './types.ts';

/**
 * Bounds of one request (K4). kafkajs puts all records of a partition into one record batch and brokers refuse batches over
 * 1 MiB; it also copies a partition's list for every record added to it, which is why their number is bounded too.
 */
export const limits = { partitionBytes: 900_000, partitionRecords: 1_000, totalBytes: 4_000_000 } as const;

/** Lengths, deltas and attributes around a record, at their longest. */
const recordOverhead = 40;
const headerOverhead = 6;

export function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let size = recordOverhead + (value?.length ?? 0) + (key === null ? 0 : Buffer.byteLength(key));
  for (const name in headers) {
    size += headerOverhead + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '');
  }
  return size;
}

/** @throws PublishFailed for a record that no chunk can hold */
export function requireFits(record: OutgoingRecord): void {
  const size = sizeOf(record);
  if (size > limits.partitionBytes) {
    throw new PublishFailed(
      `A record of ${size} bytes for ${record.topic}/${record.partition} is over the limit of ${limits.partitionBytes}`,
    );
  }
}

/** Cuts the records, in their order, where the next one would break a bound. */
export function* chunksOf(records: Iterable<OutgoingRecord>): Generator<OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let total = 0;
  let partitions = new Map<string, { bytes: number; records: number }>();
  for (const record of records) {
    const size = sizeOf(record);
    const name = `${record.topic}/${record.partition}`;
    const held = partitions.get(name) ?? { bytes: 0, records: 0 };
    const full =
      held.bytes + size > limits.partitionBytes ||
      held.records + 1 > limits.partitionRecords ||
      total + size > limits.totalBytes;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      total = 0;
      partitions = new Map();
      partitions.set(name, { bytes: size, records: 1 });
    } else {
      partitions.set(name, { bytes: held.bytes + size, records: held.records + 1 });
    }
    chunk.push(record);
    total += size;
  }
  if (chunk.length > 0) yield chunk;
}
