import { type IncomingRecord, type Kafka, metaOf } from '@dabba/kafka';
import { column } from '../postgres/columns.ts';
import { type Queryable, rows } from '../postgres/query.ts';

export interface Sources {
  readonly source: string;
  readonly previousSources: readonly string[];
}

export interface Comparison {
  /** What Kafka holds and the store does not, in words (K6). */
  behind: string | undefined;
  /** `topic/partition` → highest own position on Kafka; everything of ours below it is there as well (K3). */
  published: ReadonlyMap<string, number>;
}

/** Compares the last own record of each partition with the event the store has at its position (K6). */
export async function compareWithKafka(
  on: Queryable,
  kafka: Kafka,
  topics: readonly string[],
  store: Sources,
): Promise<Comparison> {
  const isOurs = ownRecords(store);
  const found = await Promise.all(
    topics.map(async (topic) => [...(await kafka.lastRecords(topic, isOurs)).values()]),
  );
  const last = found.flat().map((record) => ({ place: placeOf(record), meta: metaOf(record) }));
  const known = await idsAt(
    on,
    last.map(({ meta }) => meta.position),
  );
  const lost = last.find(({ meta }) => known.get(meta.position) !== meta.id);
  return {
    behind:
      lost &&
      `Kafka holds the event ${lost.meta.id} (${lost.place}, position ${lost.meta.position}), the store does not`,
    published: new Map(last.map(({ place, meta }) => [place, meta.position])),
  };
}

export function ownRecords({ source, previousSources }: Sources): (record: IncomingRecord) => boolean {
  const sources = new Set([source, ...previousSources]);
  return ({ headers }) => headers.ce_source !== undefined && sources.has(headers.ce_source);
}

/** Position → id of the event the store has there. */
export async function idsAt(on: Queryable, positions: readonly number[]): Promise<Map<number, string>> {
  const found = await rows<{ position: number; id: string }>(on, {
    text: 'select position, id from dabba.events where position = any($1::bigint[])',
    values: [column.int8(positions)],
  });
  return new Map(found.map(({ position, id }) => [position, id]));
}

export function placeOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`;
}
