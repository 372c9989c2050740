import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@dabba/testing';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fact, Fridge } from '../simulators/fridge/index.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

interface Exposure {
  sales: number;
  at_risk: { amount: number; currency: string }[];
  beyond_policy: number;
  minutes_away: number;
}

const minute = 60_000;
const patient = { within: 60_000 };
let directory: string;
let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let pinned: JSONWebKeySet;
/** How much later it is for the fridges. */
let later = 0;
/** Fridges this file has used. */
let taken = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'offline-journey-'));
  const region = join(directory, 'region.yaml');
  const local = readFileSync(new URL('../../deploy/regions/local.yaml', import.meta.url), 'utf8');
  const limits = '    offline: { perCustomer: { meals: 2 }, perFridgeHour: { meals: 4, amount: 10000 } }\n';
  writeFileSync(region, local.replaceAll('    currency: USD\n', `    currency: USD\n${limits}`));
  village = await openVillage({ OFFLINE_ROUND_MS: '1000', DABBA_REGION_FILE: region });
  kitchen = kitchenOf(village);
  pinned = JSON.parse(await (await fetch(`${village.url}/api/v1/offline/keys`)).text());
});
afterAll(async () => {
  await village?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Stocked and cold, with a policy that lists what is inside and denies cus_sfo_002; then its network is gone. */
async function lonelyFridge(quantity: number): Promise<{ id: string; fridge: Fridge; meals: string[] }> {
  // Another one each time: what a customer took from it before counts for a day.
  taken += 1;
  const id = `fr_sfo_${String(taken).padStart(2, '0')}`;
  later = 0;
  const meals = await kitchen.cook({ quantity });
  const fridge = village.fridge(id, { policyKeys: pinned, now: () => Date.now() + later });
  fridge.reconnect();
  fridge.stock(meals);
  fridge.heartbeat(4);
  await fridge.drained();
  const bearer = { authorization: `Bearer ${await village.tokenOf('ops_sfo')}` };
  const denied = await fetch(`${village.url}/api/v1/offline/denied/cus_sfo_002`, {
    method: 'PUT',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'Purchases were never paid' }),
  });
  expect(denied.status).toBe(200);
  await until(
    `${id} has a policy for what it holds`,
    async () => {
      fridge.disconnect();
      // The denied customer hears of being denied only when nothing else is against the sale.
      if ((await sell(fridge, 'cus_sfo_002', meals.slice(0, 1))) === 'customer-denied') return true;
      fridge.reconnect();
      return false;
    },
    { ...patient, every: 1_000 },
  );
  return { id, fridge, meals };
}

async function sell(fridge: Fridge, login: string, wanted: readonly string[], taken = wanted) {
  const served = await fridge.serve(await village.tokenOf(login), wanted, { taken });
  return served.open ? 'open' : served.because;
}
const alerts = async (id: string) =>
  (
    await village
      .as('ops_sfo')
      .get<{ items: { alert: string; detail: string }[] }>(`/api/v1/fridges/${id}/alerts`)
  ).body.items;
/** Of today, and of tomorrow, which may begin while the fridge is away. */
async function exposure(id: string, sales: number): Promise<Exposure> {
  const days = [Date.now(), Date.now() + 24 * 60 * minute].map((at) =>
    new Date(at).toISOString().slice(0, 10),
  );
  return until(
    `the exposure of ${id} shows ${sales} sales`,
    async () => {
      const rows: Exposure[] = [];
      for (const day of days) {
        const { body } = await village
          .as('ops_sfo')
          .get<{ items: Exposure[] }>(`/api/v1/offline/exposure?day=${day}&fridge_id=${id}`);
        rows.push(...body.items);
      }
      const minutes_away = rows.reduce((sum, row) => sum + row.minutes_away, 0);
      const row = rows.find((each) => each.sales === sales);
      return row && minutes_away > 0 && { ...row, minutes_away };
    },
    patient,
  );
}

it('S0-INV-07 a fridge alone sells within its limits, crashes, is back hours later and told of every meal once', async () => {
  const { id, fridge, meals } = await lonelyFridge(6);
  const [one = '', two = '', three = '', four = '', five = ''] = meals;
  expect(await sell(fridge, 'cus_sfo_001', [one, two])).toBe('open');
  expect(await sell(fridge, 'cus_sfo_001', [three])).toBe('customer-limit');
  expect(await sell(fridge, 'cus_sfo_002', [three])).toBe('customer-denied');
  fridge.crash();
  expect(await sell(fridge, 'cus_sfo_001', [three])).toBe('customer-limit');
  expect(await sell(fridge, 'cus_sfo_003', [three, four])).toBe('open');
  expect(await sell(fridge, 'cus_sfo_004', [five])).toBe('fridge-limit');
  for (let passed = 0; passed < 180; passed += 6) {
    later += 6 * minute;
    fridge.heartbeat(4);
  }
  fridge.reconnect();
  await fridge.drained();
  expect(fridge.replay()).not.toHaveLength(0);
  const buyers = new Map([
    [one, 'cus_sfo_001'],
    [two, 'cus_sfo_001'],
    [three, 'cus_sfo_003'],
    [four, 'cus_sfo_003'],
  ]);
  for (const [meal, customer_id] of buyers) {
    expect(await kitchen.becomes(meal, 'SOLD')).toMatchObject({ customer_id });
    expect((await kitchen.history(meal)).filter((type) => type === 'MealSold')).toHaveLength(1);
  }
  expect(await kitchen.meal(five)).toMatchObject({ status: 'STOCKED' });
  const told = await exposure(id, 4);
  expect(told).toMatchObject({ at_risk: [{ amount: 4 * 850, currency: 'USD' }], beyond_policy: 0 });
  expect(told.minutes_away).toBeGreaterThanOrEqual(180);
  expect(fridge.problems).toEqual([]);
  expect(await alerts(id)).toEqual([]);
  fridge.disconnect();
});

it('B5 who took more than was allowed has bought it, and operations hear of it', async () => {
  const { id, fridge, meals } = await lonelyFridge(3);
  expect(await sell(fridge, 'cus_sfo_001', meals.slice(0, 1), meals)).toBe('open');
  later = 2 * minute;
  fridge.reconnect();
  await fridge.drained();
  for (const meal of meals) await kitchen.becomes(meal, 'SOLD');
  expect(await exposure(id, 3)).toMatchObject({ beyond_policy: 1 });
  const [alert, ...others] = await until('it is flagged', async () => {
    const raised = await alerts(id);
    return raised.length > 0 && raised;
  });
  expect(alert).toMatchObject({ alert: 'OFFLINE_POLICY_BROKEN' });
  expect(alert?.detail).toContain('CUSTOMER_LIMIT');
  expect(others).toEqual([]);
  fridge.disconnect();
});

it('S0-INV-07 a journal that was changed is taken as it is and flagged', async () => {
  const { id, fridge, meals } = await lonelyFridge(2);
  const [meal = ''] = meals;
  expect(await sell(fridge, 'cus_sfo_001', [meal])).toBe('open');
  fridge.heartbeat(4);
  fridge.lie(cheaper);
  later = 2 * minute;
  fridge.reconnect();
  await fridge.drained();
  expect(await kitchen.becomes(meal, 'SOLD')).toMatchObject({ price: { amount: 1, currency: 'USD' } });
  const raised = await until(
    'the broken chain is flagged',
    async () => {
      const items = await alerts(id);
      return items.length > 0 && items;
    },
    patient,
  );
  expect(raised.map(({ alert }) => alert)).toEqual(['CHAIN_BROKEN']);
  fridge.disconnect();
});

function cheaper(fact: Fact): Fact {
  if (fact.type !== 'meal_sold') throw new Error(`Not a sale but ${fact.type}`);
  return { ...fact, data: { ...fact.data, price: 1 } };
}
