import {
  decodeEvent,
  type Event,
  type EventMeta,
  type EventName,
  isEventName,
  type Recorded,
} from '@dabba/contracts';
import { headersOf, metaOf, typeHeader } from './headers.ts';
import { type IncomingRecord, type OutgoingRecord, type SchemaRegistry, UnknownSchema } from './types.ts';
import { frame, unframe } from './wire.ts';

/** An event as the store keeps it: bare Avro. */
export interface EncodedRecord {
  type: EventName;
  meta: EventMeta;
  data: Buffer;
}

/** @param schemaId registry id of the schema `data` was written with */
export function toRecord(
  { type, meta, data }: EncodedRecord,
  { topic, partition, schemaId }: { topic: string; partition: number; schemaId: number },
): OutgoingRecord {
  return {
    topic,
    partition,
    key: meta.stream,
    value: frame(schemaId, data),
    headers: headersOf(type, meta),
  };
}

/** Schema texts met before, so that only the first event of a schema waits. */
const known = new WeakMap<SchemaRegistry, Map<number, string>>();

/**
 * The event a record carries; undefined for a type this build does not know.
 * @throws when headers are missing, the bytes are not what the schema says, or the registry cannot be asked about an id
 */
export async function readEvent(
  record: IncomingRecord,
  registry: SchemaRegistry,
): Promise<Recorded | undefined> {
  const [read] = await readEvents([record], registry);
  if (read && 'error' in read) throw read.error;
  return read?.event;
}

/** What became of one record: its event, undefined for a type this build does not know, or why it cannot be read. */
export type ReadEvent = { event: Recorded | undefined } | { error: Error };

/**
 * {@link readEvent} for a batch: one answer for each record, in order. Waits only for schemas not met before.
 * @throws when the registry cannot be asked about an id: no fault of the records
 */
export async function readEvents(
  records: readonly IncomingRecord[],
  registry: SchemaRegistry,
): Promise<ReadEvent[]> {
  const texts = textsOf(registry);
  for (const id of idsIn(records)) {
    if (!texts.has(id)) await learn(id, texts, registry);
  }
  return records.map((record) => {
    try {
      return { event: decode(record, texts) };
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  });
}

/** A schema that does not exist is the record's fault; any other failure is the registry's. */
async function learn(id: number, texts: Map<number, string>, registry: SchemaRegistry): Promise<void> {
  try {
    texts.set(id, await registry.textOf(id));
  } catch (error) {
    if (!(error instanceof UnknownSchema)) throw error;
  }
}

function textsOf(registry: SchemaRegistry): Map<number, string> {
  let texts = known.get(registry);
  if (!texts) {
    texts = new Map();
    known.set(registry, texts);
  }
  return texts;
}

function idsIn(records: readonly IncomingRecord[]): Set<number> {
  const ids = new Set<number>();
  for (const { value, headers } of records) {
    const type = headers[typeHeader];
    if (value && value.length >= 5 && value[0] === 0 && type !== undefined && isEventName(type)) {
      ids.add(value.readInt32BE(1));
    }
  }
  return ids;
}

function decode(record: IncomingRecord, texts: ReadonlyMap<number, string>): Recorded | undefined {
  const type = record.headers[typeHeader];
  if (type === undefined) throw new Error(`No ${typeHeader} at ${placeOf(record)}`);
  if (!isEventName(type)) return undefined;
  if (!record.value) throw new Error(`${type} without a value at ${placeOf(record)}`);
  const { id, data } = unframe(record.value);
  const writer = texts.get(id);
  if (writer === undefined) throw new UnknownSchema(`Schema ${id} of ${type} at ${placeOf(record)}`);
  const event = { type, data: decodeEvent(type, data, writer), meta: metaOf(record) };
  return fits(event) ? event : undefined;
}

/** Decoded by the codec of its own name, so name and data belong together; types cannot follow that. */
function fits(event: { type: EventName; data: Event['data']; meta: EventMeta }): event is Recorded {
  return isEventName(event.type);
}

function placeOf({ topic, partition, offset }: IncomingRecord): string {
  return `${topic}/${partition}@${offset}`;
}
