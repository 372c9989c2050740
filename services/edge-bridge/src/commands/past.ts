import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kafka } from '@dabba/kafka';
import type { KnownPolicy } from '../policies/latest.ts';
import { writeDurably } from '../spool/durable-file.ts';
import type { Command } from './unconfirmed.ts';

/** How far a partition was read. */
export interface Place {
  /** Offset of the next record. */
  next: number;
  /** `ce_id` of the one before it. */
  id: string;
}

/** What was folded from the log up to these places: whoever has it need not read that again. */
export interface Past {
  places: readonly (readonly [partition: number, place: Place])[];
  commands: readonly Command[];
  policies: readonly KnownPolicy[];
}

type Reads = Pick<Kafka, 'read' | 'admin'>;

export interface PastFile {
  /** Undefined where there is none, or none of this log. */
  recall(topic: string, kafka: Reads): Promise<Past | undefined>;
  keep(past: Past): Promise<void>;
}

/** Kept in the folder of the bridge. The log is the truth: where the file does not fit it, all is read again. */
export function pastFile(directory: string): PastFile {
  const path = join(directory, 'fridges.json');
  return {
    async recall(topic, kafka) {
      const past = await parsed(path);
      return past !== undefined && (await isOf(past, topic, kafka)) ? past : undefined;
    },
    keep: (past) => writeDurably(path, JSON.stringify(past)),
  };
}

async function parsed(path: string): Promise<Past | undefined> {
  try {
    const past: Partial<Past> = JSON.parse(await readFile(path, 'utf8'));
    const { places, commands, policies } = past;
    return places && commands && policies && { places, commands, policies };
  } catch {
    return undefined;
  }
}

/** A log that was made anew or restored has other records there, or none. */
async function isOf({ places }: Past, topic: string, kafka: Reads): Promise<boolean> {
  const offsets = new Map((await kafka.admin.offsets(topic)).map((each) => [each.partition, each]));
  const there = places.every(([partition, { next }]) => {
    const { low = 0, high = 0 } = offsets.get(partition) ?? {};
    return low < next && next <= high;
  });
  if (!there) return false;
  const found = new Map<number, string | undefined>();
  await kafka.read({
    topic,
    ranges: new Map(places.map(([partition, { next }]) => [partition, { from: next - 1, to: next }])),
    onBatch: async ({ partition, records }) => {
      found.set(partition, records.at(-1)?.headers.ce_id);
    },
  });
  return places.every(([partition, { id }]) => found.get(partition) === id);
}
