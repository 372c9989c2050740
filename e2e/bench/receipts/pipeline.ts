import { until } from '@dabba/testing';
import type pg from 'pg';

/** Receipts that are not at their end. */
export async function underWay(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select (select count(*) from due_judgements)::int + (select count(distinct receipt) from due_registrations)::int as n`,
  );
  return rows[0]?.n ?? 0;
}

/** Resolves when nothing is under way; how many that were, and in how many seconds. */
export async function drain(pool: pg.Pool, within: number): Promise<{ receipts: number; seconds: number }> {
  const receipts = await underWay(pool);
  const began = performance.now();
  await until('nothing is under way', async () => !(await anything(pool)), { within, every: 100 });
  return { receipts, seconds: (performance.now() - began) / 1000 };
}

/** Counting a long queue again and again would cost Postgres as much as emptying it. */
async function anything(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ some: boolean }>(
    'select exists (select from due_judgements) or exists (select from due_registrations) as some',
  );
  return rows[0]?.some ?? false;
}

/** Resolves when the first of what waits got through: a breaker lets nobody through for a while. */
export async function begun(pool: pg.Pool, within: number): Promise<void> {
  const before = await underWay(pool);
  await until('something gets through', async () => (await underWay(pool)) < before, { within, every: 250 });
}

/** Milliseconds from arrival to acceptance of what arrived since; p50 and p99. */
export async function acceptedWithin(pool: pg.Pool, since: number): Promise<{ p50: number; p99: number }> {
  const { rows } = await pool.query<{ p: number[] | null }>(
    `select percentile_cont(array[0.5, 0.99]) within group
              (order by (state ->> 'acceptedAt')::float8 - (state ->> 'receivedAt')::float8) as p
       from dabba.streams
      where type = 'receipt' and state ->> 'status' = 'ACCEPTED' and (state ->> 'receivedAt')::float8 >= $1`,
    [since],
  );
  const [p50 = Number.NaN, p99 = Number.NaN] = rows[0]?.p ?? [];
  return { p50, p99 };
}

export interface Weight {
  bytes: number;
  receipts: number;
}

/** What the whole database weighs on disk, and how many receipts are in it. */
export async function weigh(pool: pg.Pool): Promise<Weight> {
  const { rows } = await pool.query<Weight>(
    `select pg_database_size(current_database())::float8 as bytes, (select count(*) from inbox)::int as receipts`,
  );
  return rows[0] ?? { bytes: Number.NaN, receipts: Number.NaN };
}
