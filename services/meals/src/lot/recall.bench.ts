import { pathToFileURL } from 'node:url';
import { createTables } from '@dabba/projections';
import { atMost, durabilityOf, figure, latencies, type Measured, median, testDatabase } from '@dabba/testing';
import type { Pool } from 'pg';
import { lotLedger } from '../read-models/lot-ledger.ts';
import { recallOverview } from '../read-models/lot-recall.ts';

const perLot = 100;
const asked = 300;

/** What `GET /api/v1/lots/:id/recall` asks of the read model when it holds this many sold meals. */
export async function bench({ rounds = 3, meals = 10_000_000 } = {}): Promise<Measured[]> {
  const database = await testDatabase('recallbench');
  const { pool, db } = database;
  const lots = Math.floor(meals / perLot);
  const lotAt = (index: number) => `l${(index * 7919) % lots}`;
  try {
    await createTables(lotLedger, pool);
    await fill(pool, meals, lots);
    const taken = { raw: [] as number[], p99: [] as number[], most: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      const raw = latencies();
      const view = latencies();
      // Other lots each time: what an earlier round read is no longer at hand.
      for (let index = round * asked; index < (round + 1) * asked; index += 1) {
        view.record(await timed(() => recallOverview(db, lotAt(index))));
        const lot = lotAt(index + rounds * asked);
        raw.record(await timed(() => pool.query('select * from lot_meals where lot_id = $1', [lot])));
      }
      taken.raw.push(raw.p(99));
      taken.p99.push(view.p(99));
      taken.most.push(view.max());
    }
    const raw = median(taken.raw);
    const name = `recall of one lot among ${meals} sales`;
    return [
      figure('the rows of a lot by one query: p99', raw, 'ms'),
      atMost(figure(`${name}: p99`, median(taken.p99), 'ms', median(taken.p99) / raw), 2_000),
      figure(`${name}: slowest`, median(taken.most), 'ms'),
    ];
  } finally {
    await database.drop();
  }
}

/** Meals of one lot lie far apart, as they do after they were sold one by one. Indexes are made last: it is faster. */
async function fill(pool: Pool, meals: number, lots: number): Promise<void> {
  const { rows } = await pool.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
       from pg_index where indrelid = 'lot_meals'::regclass and not indisprimary`,
  );
  await pool.query('alter table lot_meals drop constraint lot_meals_pkey');
  for (const { name } of rows) await pool.query(`drop index ${name}`);
  await pool.query(
    `insert into lot_meals (meal_id, lot_id, sku, kitchen_id, metro, day, produced_at, expires_at, status,
                            fridge_id, customer_id, sold_at, seen_at)
     select 'm' || n, 'l' || n % $2::bigint, 'dal', 'k' || n % 20, 'sfo', date '2026-01-01' + (n % 300)::int,
            now(), now(), 'SOLD', 'f' || n % 300, 'c' || n % 100000, now(), now()
       from generate_series(1, $1::bigint) n`,
    [meals, lots],
  );
  await pool.query('alter table lot_meals add primary key (meal_id)');
  for (const { definition } of rows) await pool.query(definition);
  await pool.query('analyze lot_meals');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await durabilityOf(process.env.DATABASE_URL ?? ''));
  const measured = await bench();
  console.table(measured);
  process.exitCode = measured.every(({ pass }) => pass) ? 0 : 1;
}
