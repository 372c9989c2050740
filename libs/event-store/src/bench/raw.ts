import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** What a service would do without this library: the ceiling the store is measured against. */
export interface Raw {
  /** One read, one optimistic CTE. */
  cte(): Promise<void>;
  /** begin, select for update, update, two inserts, commit. */
  six(): Promise<void>;
}

const data = Buffer.alloc(160, 7);
const headers = JSON.stringify({
  actor: 'usr_1',
  correlationId: randomUUID(),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
});

interface Row {
  version: number;
  state: { left: number; sold: string[] };
}

export async function rawOn(pool: Pool, streams: number): Promise<Raw> {
  await pool.query(`
    create schema raw;
    create table raw.streams (id text primary key, version integer not null, state jsonb not null);
    create table raw.events (position bigserial primary key, stream text, version integer, id uuid, type text, data bytea,
      headers jsonb, time timestamptz default now(), unique (stream, version));
    insert into raw.streams select 'shelf-' || n, 4, '{"left": 4, "sold": []}' from generate_series(0, ${streams - 1}) n`);
  const pick = () => `shelf-${Math.floor(Math.random() * streams)}`;
  const decided = (state: Row['state']) => JSON.stringify({ ...state, left: state.left + 2 });
  const insert = `insert into raw.events (stream, version, id, type, data, headers) values ($1, $2, $3, $4, $5, $6)`;
  return {
    async cte() {
      for (;;) {
        const id = pick();
        const read = await pool.query<Row>('select version, state from raw.streams where id = $1', [id]);
        const row = read.rows[0];
        if (!row) throw new Error('no stream');
        const written = await pool.query(
          `with moved as (update raw.streams set version = version + 2, state = $3 where id = $1 and version = $2 returning id)
           insert into raw.events (stream, version, id, type, data, headers)
           select $1, $2 + k, e.id, $4, $5, $6 from unnest($7::uuid[]) with ordinality e(id, k)
            where exists (select from moved)`,
          [id, row.version, decided(row.state), 'MealProduced', data, headers, [randomUUID(), randomUUID()]],
        );
        if (written.rowCount === 2) return;
      }
    },
    async six() {
      const client = await pool.connect();
      try {
        const id = pick();
        await client.query('begin');
        const read = await client.query<Row>(
          'select version, state from raw.streams where id = $1 for update',
          [id],
        );
        const row = read.rows[0];
        if (!row) throw new Error('no stream');
        await client.query('update raw.streams set version = version + 2, state = $2 where id = $1', [
          id,
          decided(row.state),
        ]);
        for (const k of [1, 2])
          await client.query(insert, [id, row.version + k, randomUUID(), 'MealProduced', data, headers]);
        await client.query('commit');
      } finally {
        client.release();
      }
    },
  };
}
