import { fileURLToPath } from 'node:url';
import { figure, judged, type Measured, median } from '@dabba/testing';
import type { Pool } from 'pg';
import { loadCheckpoint } from './consume/checkpoint.ts';
import { queryEach } from './fold/load.ts';
import { createTables, defineReadModel, rebuild } from './index.ts';
import { life, step } from './spec/meals.ts';
import { type Draft, openWorld, type World } from './spec/world.ts';
import { createIn } from './tables/create.ts';
import { readShape, wholeRow } from './tables/shape.ts';
import { upsertRows } from './tables/statements.ts';
import type { Row } from './types.ts';

const events = 400_000;
const lot = 20_000;
const target = { value: 40_000, ratio: 0.6 };

const model = defineReadModel({
  name: 'bench-meals',
  topics: ['meals'],
  tables: {
    bench_meals: {
      kind: 'rows',
      key: ['id'],
      create(table) {
        table.text('id').primary();
        table.text('sku').notNullable();
        table.text('lot').notNullable();
        table.text('status').notNullable();
        table.text('fridge');
        table.bigInteger('price');
        table.timestamp('changed_at').notNullable();
      },
    },
  },
  on: {
    MealProduced: ({ data, meta }, rows) =>
      rows.put('bench_meals', {
        id: data.mealId,
        sku: data.sku,
        lot: data.lotId,
        status: 'PRODUCED',
        changed_at: meta.time,
      }),
    MealShipped: ({ data, meta }, rows) =>
      rows.patch('bench_meals', { id: data.mealId }, { status: 'SHIPPED', changed_at: meta.time }),
    MealStocked: ({ data, meta }, rows) =>
      rows.patch(
        'bench_meals',
        { id: data.mealId },
        { status: 'STOCKED', fridge: data.fridgeId, changed_at: meta.time },
      ),
    MealSold: ({ data, meta }, rows) =>
      rows.patch(
        'bench_meals',
        { id: data.mealId },
        { status: 'SOLD', price: data.price, changed_at: meta.time },
      ),
  },
});

/**
 * Rebuild speed on a real log and real tables: events per second, beside the rows per second of the bare upserts of as
 * many rows in the same run, in equal lots and with the same settings. Medians of `rounds`.
 */
export async function bench({ rounds = 3 }: { rounds?: number } = {}): Promise<Measured[]> {
  return [
    await measure('rebuild, every event a new row', rounds, (index) =>
      step('MealProduced', `meal-${index}`, index + 1, 'soup', index % 2),
    ),
    await measure('rebuild, four events a row', rounds, (index) => {
      const meal = Math.floor(index / 4);
      return step(life[index % 4] ?? 'MealSold', `meal-${meal}`, index + 1, 'soup', meal % 2);
    }),
  ];
}

async function measure(name: string, rounds: number, draft: (index: number) => Draft): Promise<Measured> {
  const world = await openWorld('bench', ['meals']);
  try {
    for (let at = 0; at < events; at += lot)
      await world.publish(Array.from({ length: lot }, (_, index) => draft(at + index)));
    await createTables(model, world.pool);
    await pretendCaughtUp(world);
    const taken = { rate: [] as number[], ratio: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const raw = await rowsPerSecond(world.pool, draft);
      const { milliseconds } = await rebuild(model, world);
      const rate = (events / milliseconds) * 1000;
      taken.rate.push(rate);
      taken.ratio.push(rate / raw);
    }
    const [rate, ratio] = [median(taken.rate), median(taken.ratio)];
    return judged(
      figure(name, rate, 'events/s', ratio),
      `>= ${target.value} events/s and ${target.ratio}×`,
      rate >= target.value && ratio >= target.ratio,
    );
  } finally {
    await world.close();
  }
}

/** A live consumer at the end of the log is what a rebuild has to catch up with. */
async function pretendCaughtUp({ kafka, pool }: World): Promise<void> {
  for (const { partition, high } of await kafka.admin.offsets('meals')) {
    await loadCheckpoint(pool, model.name, 'meals', partition);
    await pool.query('update dabba.checkpoints set next = $1 where partition = $2', [high, partition]);
  }
}

/** The yardstick: one row for each event, made beforehand, nothing but the upserts. */
async function rowsPerSecond(pool: Pool, draft: (index: number) => Draft): Promise<number> {
  const client = await pool.connect();
  try {
    await createIn('shadow', model, client);
    await client.query('set synchronous_commit = off');
    const shape = await readShape(client, 'bench_meals', model.tables.bench_meals, 'shadow');
    let count = 0;
    let milliseconds = 0;
    for (let at = 0; at < events; at += lot) {
      const rows = new Map<string, Row>();
      for (let index = at; index < at + lot; index++) {
        const { stream, time } = draft(index);
        rows.set(stream, wholeRow(shape, rowOf(stream, time)));
      }
      const began = performance.now();
      await queryEach(client, upsertRows('shadow', shape, [...rows.values()]));
      milliseconds += performance.now() - began;
      count += rows.size;
    }
    return (count / milliseconds) * 1000;
  } finally {
    client.release(true);
  }
}

function rowOf(id: string, time = 0): Row {
  return { id, sku: 'soup', lot: 'lot-1', status: 'SOLD', fridge: 'f1', price: 1250, changed_at: time };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());
