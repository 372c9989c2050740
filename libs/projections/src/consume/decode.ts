import { type IncomingRecord, type ReadEvent, readEvents, type SchemaRegistry } from '@dabba/kafka';
import { messageOf } from '../postgres/errors.ts';
import type { Entry } from './entry.ts';

/** Reads the headers of every record, and the events of those types that are handled. Throws while the registry is away. */
export async function decode(
  records: readonly IncomingRecord[],
  registry: SchemaRegistry,
  handles: (type: string) => boolean,
): Promise<Entry[]> {
  const entries = records.map(entryOf);
  const handled = entries.filter(({ type }) => handles(type) || type === untyped);
  const read = await readEvents(
    handled.map(({ record }) => record),
    registry,
  );
  handled.forEach((entry, index) => {
    Object.assign(entry, outcomeOf(read[index]));
  });
  return entries;
}

/** Nobody can say that such a record may be passed over, so it is read, fails, and is parked. */
const untyped = '(no type)';

function outcomeOf(read: ReadEvent | undefined): Pick<Entry, 'event' | 'error'> {
  if (read === undefined) return {};
  if ('error' in read) return { error: messageOf(read.error) };
  return read.event === undefined ? {} : { event: read.event };
}

function entryOf(record: IncomingRecord): Entry {
  const { headers, topic, partition, offset, key } = record;
  const position = Number(headers.position);
  return {
    record,
    stream: headers.ce_subject ?? key ?? `${topic}/${partition}/${offset}`,
    type: headers.ce_type ?? untyped,
    eventId: headers.ce_id ?? `${topic}/${partition}/${offset}`,
    source: headers.ce_source,
    position: Number.isSafeInteger(position) ? position : undefined,
  };
}
