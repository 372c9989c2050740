import { setTimeout as pause } from 'node:timers/promises';
import { latencies, until } from '@dabba/testing';
import pg from 'pg';
import type { Fridge } from '../../simulators/fridge/index.ts';
import type { Region } from '../world/region.ts';
import { countMeals, putIn, type Shelved } from './stock.ts';

export interface Lag {
  /** Milliseconds from the fridge's sight to the list. */
  p50: number;
  p99: number;
  max: number;
  /** Not in the list ten seconds after the last sale. */
  lost: number;
}

const lookEvery = 20;
const patience = 10_000;

/** Stocks as much as is going to be sold, then sells at a fixed rate, whether the list keeps up or not. */
export async function sellAtRate(
  region: Region,
  fleet: readonly Fridge[],
  rate: number,
  seconds: number,
): Promise<Lag> {
  const client = new pg.Client({ connectionString: region.mealsDatabase });
  await client.connect();
  const count = (status: string) => countMeals(client, status);
  try {
    const shelved = await putIn(region, fleet, Math.ceil(rate * seconds));
    await until('everything is stocked', async () => (await count('STOCKED')) >= shelved.length, {
      within: 120_000,
    });
    const before = await count('SOLD');
    return await sell(shelved, rate, async () => (await count('SOLD')) - before);
  } finally {
    await client.end();
  }
}

/** The n-th sale is in the list once it counts n of them. */
async function sell(shelved: readonly Shelved[], rate: number, seen: () => Promise<number>): Promise<Lag> {
  const taken = latencies();
  const begin = performance.now();
  const dueAt = (n: number) => begin + (n * 1000) / rate;
  let sold = 0;
  let listed = 0;
  for (let last = begin; listed < shelved.length && performance.now() < last + patience; ) {
    for (; sold < shelved.length && dueAt(sold) <= performance.now(); sold++) {
      const { fridge, mealId } = shelved[sold] ?? {};
      if (fridge && mealId !== undefined) fridge.sell(mealId, 'cus_bench', 900);
      last = performance.now();
    }
    const now = await seen();
    for (; listed < now; listed++) taken.record(performance.now() - dueAt(listed));
    await pause(lookEvery);
    if (sold < shelved.length) last = performance.now();
  }
  return { p50: taken.p(50), p99: taken.p(99), max: taken.max(), lost: shelved.length - listed };
}
