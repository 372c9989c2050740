import type { EachBatchPayload } from 'kafkajs';
import { ignore } from './deadline.ts';
import type { PartitionState } from './partition-state.ts';
import type { IncomingRecord, SubscribeOptions } from './types.ts';

/** Milliseconds. A group drops a member that is not heard of for five times as long. */
export const heartbeatInterval = 2_000;

/**
 * Gives the records to `onBatch`, with heartbeats going on meanwhile.
 * @returns what `onBatch` threw, if it threw
 * @throws what a heartbeat threw, for kafkajs to join its group again
 */
export async function handOver(
  { onBatch }: SubscribeOptions,
  state: PartitionState,
  payload: EachBatchPayload,
  records: readonly IncomingRecord[],
  owned: () => boolean,
): Promise<{ error: unknown } | undefined> {
  const { topic, partition } = state;
  let lost: unknown;
  const heartbeat = async () => {
    try {
      if (!owned()) throw new Error(`${topic}/${partition} is no longer assigned to this member`);
      await payload.heartbeat();
    } catch (error) {
      lost = error;
      throw error;
    }
  };
  const beating = setInterval(() => void payload.heartbeat().catch(ignore), heartbeatInterval);
  state.handling = true;
  try {
    const highWatermark = Number(payload.batch.highWatermark);
    await onBatch({ topic, partition, records, highWatermark, heartbeat });
    return undefined;
  } catch (error) {
    if (lost !== undefined) throw lost;
    return { error };
  } finally {
    clearInterval(beating);
    state.handling = false;
  }
}
