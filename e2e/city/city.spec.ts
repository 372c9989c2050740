import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentBundles, programArguments } from '../../scripts/bundles.mjs';
import { openTown, type Town } from '../journeys/support/town.ts';
import { type City, startCity } from './city.ts';
import { lineOf } from './summary.ts';
import { sum } from './tally.ts';

const dayMinutes = 1.5;

let town: Town;
let city: City;
beforeAll(async () => {
  // Nobody in a city waits longer than its apps do.
  town = await openTown({ OFFLINE_ROUND_MS: '1000', INTENT_WAIT_MS: '1500', STOCK_PATIENCE_MS: '1500' });
  const env = { ...town.env, SIMULATION_DIR: `${town.env.EDGE_BRIDGE_DIR}/simulation` };
  city = await startCity({ ...town, env }, { dayMinutes, seed: 'spec', days: 1 });
});
afterAll(async () => {
  await city?.stop();
  await town?.close();
});

it('the city plays lunch, and every meal is accounted for', { timeout: 300_000 }, async () => {
  // What hangs is told by what is missing below.
  await Promise.race([city.ended, pause(240_000)]);
  const { counts, refused, told, trouble } = city.tally;
  const lines = [...told.map(lineOf), JSON.stringify([...refused]), JSON.stringify(counts)].join('\n');

  expect.soft(Object.fromEntries(trouble), lines).toEqual({});
  for (const metro of ['sfo', 'nyc'])
    expect
      .soft(
        new Set(
          told.filter((line) => line.metro === metro && line.scene !== 'recall').map(({ scene }) => scene),
        ),
        lines,
      )
      .toEqual(
        new Set([
          'kitchen',
          'couriers',
          'conference',
          'excursion',
          'outage',
          'slip',
          'expiry',
          'orders',
          'leftovers',
        ]),
      );
  // Where people ate everything there is nothing to take back; not in both places.
  expect
    .soft(
      told.some(({ scene }) => scene === 'recall'),
      lines,
    )
    .toBe(true);
  expect.soft(counts.sold).toBeGreaterThan(24);
  expect.soft(counts).toMatchObject({ spoiled: 12, expired: 4 });
  expect.soft(counts.recalled).toBeGreaterThan(0);
  expect.soft(refused.get('lot-already-expired')).toBe(2);
  expect.soft(refused.get('sold-out')).toBeGreaterThanOrEqual(2 * 28);
  expect.soft(counts.unexplained).toBeGreaterThanOrEqual(2);
  expect.soft(told.filter(({ text }) => /sold \S+ out in \d+ s: \d+ of 12 meals/.test(text))).toHaveLength(2);

  await until('nothing is under way any more', async () => (await lag()) === 0, { within: 30_000 });
  const { balanced, meals, imbalances } = await ledger();
  expect
    .soft({ balanced, imbalances, meals })
    .toEqual({ balanced: true, imbalances: [], meals: counts.produced });
  // Whoever was in a fridge is out: every meal has ended, and each end was seen by the city.
  const ends = await endings();
  expect.soft(ends).toEqual({
    SOLD: counts.sold,
    RETURNED: counts.returned,
    EXPIRED: counts.expired,
    SPOILED: counts.spoiled,
    WITHDRAWN: counts.recalled,
    UNEXPLAINED: counts.unexplained,
  });
  expect.soft(sum(new Map(Object.entries(ends)))).toBe(counts.produced);
});

async function lag(): Promise<number> {
  const text = await (await fetch(`${town.env.MEALS_URL}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^dabba_(consumer_lag|store_depth)[{ ]/.test(line))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

async function endings(): Promise<Record<string, number>> {
  const { rows } = await town.meals.deps.pool.query<{ status: string; meals: number }>(
    'select status, count(*)::int as meals from meal_list group by status',
  );
  return Object.fromEntries(rows.map(({ status, meals }) => [status, meals]));
}

function ledger(): Promise<{ balanced: boolean; meals: number; imbalances: unknown[] }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...programArguments('libs/cli/src/main.ts', currentBundles()), 'ledger', 'verify', '--json'],
      { env: { ...process.env, ...town.env } },
      (error, stdout) => (stdout === '' ? reject(error) : resolve(JSON.parse(stdout))),
    );
  });
}
