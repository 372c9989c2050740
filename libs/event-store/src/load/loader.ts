import type { Event } from '@dabba/contracts';
import type { Pool } from 'pg';
import { batcher } from '../batcher.ts';
import { column } from '../postgres/columns.ts';
import { withPatience } from '../postgres/patience.ts';
import { rows } from '../postgres/query.ts';
import type { AnyStreamRef, IdempotencyKey, StoredAnswer } from '../types.ts';
import type { Known } from './recent.ts';
import { readHistory } from './recorded.ts';
import type { SchemaBook } from './schema-book.ts';

export interface StreamRow {
  id: string;
  type: string;
  metro: string;
  partition: number;
  version: number;
  /** JSON text, so that each caller gets a state of its own. */
  state: string;
  state_rev: number;
}

export interface LoadedStream {
  row: StreamRow | undefined;
  /** All events of the stream, where the state row was made by another revision of `evolve` (E11). */
  events: readonly Event[] | undefined;
}

export interface StoredKey {
  principal: string;
  route: string;
  key: string;
  hash: string;
  answer: StoredAnswer | null;
}

export interface Loader {
  /** @param known in place of the database's row */
  load(ref: AnyStreamRef, known?: Known): Promise<LoadedStream>;
  answerTo(key: IdempotencyKey): Promise<StoredKey | undefined>;
}

export interface LoaderOptions {
  pool: Pool;
  schemas: SchemaBook;
  source: string;
  /** Milliseconds to go on trying while the database is away. */
  patience: number;
}

export function loader({ pool, schemas, source, patience }: LoaderOptions): Loader {
  const patiently = <R>(work: () => Promise<R>) => withPatience(patience, work);
  const row = batcher<string, StreamRow | undefined>((ids) => patiently(() => readRows(pool, ids)), {
    most: 500,
  });
  const key = batcher<IdempotencyKey, StoredKey | undefined>(
    (keys) => patiently(() => readKeys(pool, keys)),
    { most: 500 },
  );
  return {
    answerTo: key,
    async load(ref, known) {
      const found = known ? known.row : await row(ref.id);
      if (found && found.type !== ref.type.name)
        throw new Error(`The stream ${ref.id} is a ${found.type}, not a ${ref.type.name}`);
      const stale = found && hasRevision(ref.type) && found.state_rev !== ref.type.revision;
      if (!stale) return { row: found, events: undefined };
      const range = { after: 0, upTo: found.version, limit: found.version };
      return { row: found, events: await patiently(() => readHistory(pool, schemas, source, ref.id, range)) };
    },
  };
}

function hasRevision(type: { name: string }): type is { name: string; revision: number } {
  return 'revision' in type && typeof type.revision === 'number';
}

async function readRows(pool: Pool, ids: readonly string[]) {
  const found = await rows<StreamRow>(pool, {
    name: 'dabba-load',
    text: `select id, type, metro, partition, version, state::text as state, state_rev
             from dabba.streams where id = any($1::text[])`,
    values: [column.text(ids)],
  });
  const byId = new Map(found.map((one) => [one.id, one]));
  return ids.map((id) => ({ ok: true as const, value: byId.get(id) }));
}

async function readKeys(pool: Pool, keys: readonly IdempotencyKey[]) {
  const found = await rows<StoredKey>(pool, {
    name: 'dabba-keys',
    text: `select i.principal, i.route, i.key, i.body_hash as hash, i.answer
             from unnest($1::text[], $2::text[], $3::text[]) k(principal, route, key)
             join dabba.idempotency i on i.principal = k.principal and i.route = k.route and i.key = k.key`,
    values: [
      column.text(keys.map(({ principal }) => principal)),
      column.text(keys.map(({ route }) => route)),
      column.text(keys.map(({ key }) => key)),
    ],
  });
  const byKey = new Map(found.map((one) => [nameOfKey(one), one]));
  return keys.map((key) => ({ ok: true as const, value: byKey.get(nameOfKey(key)) }));
}

export function nameOfKey({ principal, route, key }: Omit<IdempotencyKey, 'bodyHash'>): string {
  return JSON.stringify([principal, route, key]);
}
