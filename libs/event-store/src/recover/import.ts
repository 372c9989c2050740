import { fingerprintOf } from '@dabba/contracts';
import { type IncomingRecord, metaOf, type SchemaRegistry, unframe } from '@dabba/kafka';
import { DatabaseError, type Pool } from 'pg';
import { insertSchemas } from '../load/schema-book.ts';
import { column } from '../postgres/columns.ts';
import { type Queryable, rows } from '../postgres/query.ts';
import { transaction } from '../postgres/transaction.ts';
import { idsAt } from '../relay/compare.ts';
import { lockAppends } from './positions.ts';

/** Another event stands where a lost one belongs. */
export class PositionTaken extends Error {
  override name = 'PositionTaken';
}

/** A stream went on differently after a restore; which of the two histories counts is for a person to say. */
export class StoreDiverged extends Error {
  override name = 'StoreDiverged';
}

type Lost = ReturnType<typeof metaOf> & { type: string; partition: number; schema: string; data: Buffer };

/** Writes those of these records that the store lacks; gives their number. */
export function importRecords(
  pool: Pool,
  registry: SchemaRegistry,
  records: readonly IncomingRecord[],
): Promise<number> {
  return transaction(pool, async (client) => {
    await lockAppends(client);
    const metas = records.map(metaOf);
    const known = await idsAt(
      client,
      metas.map(({ position }) => position),
    );
    const taken = metas.find(({ position, id }) => known.has(position) && known.get(position) !== id);
    if (taken) throw new PositionTaken(`Position ${taken.position} of ${taken.id} is taken`);
    const texts = new Map<string, string>();
    const lost: Lost[] = [];
    for (const record of records) {
      const meta = metaOf(record);
      if (known.has(meta.position) || !record.value) continue;
      const { id, data } = unframe(record.value);
      const text = await registry.textOf(id);
      const schema = fingerprintOf(text);
      texts.set(schema, text);
      lost.push({ ...meta, type: record.headers.ce_type ?? '', partition: record.partition, schema, data });
    }
    if (lost.length === 0) return 0;
    await insertSchemas(client, texts);
    await insertEvents(client, lost);
    await raiseStreams(client, lost);
    return lost.length;
  });
}

async function insertEvents(on: Queryable, lost: readonly Lost[]): Promise<void> {
  try {
    await rows(on, {
      text: `insert into dabba.events
               (position, stream, version, id, type, stream_type, metro, partition, schema, data, headers, time)
             select position, stream, version, id, type, stream_type, metro, partition, schema, data, headers,
                    to_timestamp(time / 1000.0)
               from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                           $8::smallint[], $9::text[], $10::bytea[], $11::jsonb[], $12::bigint[])
                    e(position, stream, version, id, type, stream_type, metro, partition, schema, data, headers, time)`,
      values: [
        column.int8(lost.map(({ position }) => position)),
        column.text(lost.map(({ stream }) => stream)),
        column.int4(lost.map(({ version }) => version)),
        column.uuid(lost.map(({ id }) => id)),
        column.text(lost.map(({ type }) => type)),
        column.text(lost.map(({ streamType }) => streamType)),
        column.text(lost.map(({ metro }) => metro)),
        column.int2(lost.map(({ partition }) => partition)),
        column.text(lost.map(({ schema }) => schema)),
        column.bytea(lost.map(({ data }) => data)),
        column.jsonb(lost.map(headersOf)),
        column.int8(lost.map(({ time }) => time)),
      ],
    });
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || cause.constraint !== 'events_stream_version') throw cause;
    throw new StoreDiverged(`The store has another event: ${cause.detail ?? cause.message}`, { cause });
  }
}

/** No revision of any evolve made the state, so the next load folds it from the events (E11). */
async function raiseStreams(on: Queryable, lost: readonly Lost[]): Promise<void> {
  await rows(on, {
    text: `insert into dabba.streams (id, type, metro, partition, version, state, state_rev)
           select stream, min(type), min(metro), min(partition), max(version), 'null', -1
             from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::integer[])
                  l(stream, type, metro, partition, version)
            group by stream
           on conflict (id) do update
             set version = greatest(streams.version, excluded.version), state_rev = -1`,
    values: [
      column.text(lost.map(({ stream }) => stream)),
      column.text(lost.map(({ streamType }) => streamType)),
      column.text(lost.map(({ metro }) => metro)),
      column.int2(lost.map(({ partition }) => partition)),
      column.int4(lost.map(({ version }) => version)),
    ],
  });
}

function headersOf({ actor, causationId, correlationId, traceparent }: Lost): string {
  return JSON.stringify({ actor, causationId, correlationId, traceparent });
}
