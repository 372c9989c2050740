import { type EventName, isEventName, schemaOf } from '@dabba/contracts';
import { type OutgoingRecord, type SchemaRegistry, toRecord } from '@dabba/kafka';
import { type Span, SpanKind } from '@opentelemetry/api';
import { type EventRow, metaOf } from '../load/recorded.ts';
import type { SchemaBook } from '../load/schema-book.ts';
import type { Queryable } from '../postgres/query.ts';
import { isSampled, startSpan, traceparentOf } from '../trace.ts';
import { placeOf } from './compare.ts';

export interface Outgoing {
  records: OutgoingRecord[];
  /** Open until the records are acknowledged. */
  spans: Span[];
}

export interface Translator {
  registry: SchemaRegistry;
  schemas: SchemaBook;
  source: string;
}

/** Rows as records; those that Kafka is known to hold already are left out. */
export async function recordsOf(
  on: Queryable,
  { registry, schemas, source }: Translator,
  rows: readonly EventRow[],
  published: ReadonlyMap<string, number>,
): Promise<Outgoing> {
  const ids = new Map<string, number>();
  const outgoing: Outgoing = { records: [], spans: [] };
  for (const row of rows) {
    if (!isEventName(row.type))
      throw new Error(`The event ${row.type} is not in the contracts of this build`);
    const { topic } = schemaOf(row.type);
    const place = { topic, partition: row.partition };
    if (row.position <= (published.get(placeOf(place)) ?? 0)) continue;
    let schemaId = ids.get(row.schema);
    if (schemaId === undefined) {
      schemaId = await idOf(on, registry, schemas, row.type, row.schema);
      ids.set(row.schema, schemaId);
    }
    const meta = metaOf(row, source);
    if (isSampled(meta.traceparent)) {
      const span = startSpan('relay publish', meta.traceparent, SpanKind.PRODUCER);
      outgoing.spans.push(span);
      meta.traceparent = traceparentOf(span) ?? meta.traceparent;
    }
    outgoing.records.push(toRecord({ type: row.type, meta, data: row.data }, { ...place, schemaId }));
  }
  return outgoing;
}

async function idOf(
  on: Queryable,
  registry: SchemaRegistry,
  schemas: SchemaBook,
  type: EventName,
  fingerprint: string,
): Promise<number> {
  const { topic, fullName } = schemaOf(type);
  return registry.idOf(topic, fullName, await schemas.textOf(on, fingerprint));
}
