import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion, newId } from '@dabba/contracts';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fridgeRef } from '../fridge/fridge.ts';
import { lotRef } from '../lot/lot.ts';
import { type MealEvent, mealRef } from '../meal/meal.ts';
import { service } from '../service.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;

beforeAll(async () => {
  tokens = await testTokens();
  const kafkaPrefix = uniquePrefix('asof');
  await makeTopicsOf(service, kafkaPrefix);
  const region = loadRegion();
  writeFileSync(
    file,
    JSON.stringify({ ...region, metros: region.metros.map((metro) => ({ ...metro, prices })) }),
  );
  const env = { ...process.env, DABBA_REGION_FILE: file };
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix, env });
});
afterAll(async () => {
  await meals?.stop();
  rmSync(file, { force: true });
});

const minute = 60_000;
const now = Date.now();
/** The fridge's noon: long enough ago for everything that follows. */
const noon = now - 180 * minute;
const list = (from: number, price: number) => ({
  ...{ from: new Date(from).toISOString(), skus: { 'dal-makhani': price }, otherwise: 1 },
});
/** They became dearer while meals lay in their fridges. */
const prices = [list(noon - 60 * minute, 850), list(noon + 5 * minute, 990)];
const file = join(tmpdir(), `dabba-prices-${process.pid}.yaml`);
const patient = { within: 60_000, every: 100 };

async function get(path: string, claims = {}) {
  const response = await fetch(`${meals.url}${path}`, {
    headers: { authorization: await tokens.bearer(['operations'], claims) },
  });
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
}
const context = { actor: 'test', now };

/** A fridge, a lot, and what happened to each of its meals, as if it had been told at the time. */
async function lunch(quantity: number, happened: (mealId: string, index: number, of: Told) => MealEvent[]) {
  const { store } = meals.deps;
  const fridgeId = newId();
  const lotId = newId();
  const ids = Array.from({ length: quantity }, () => newId()).sort();
  await store.execute(
    fridgeRef(fridgeId, 'sfo'),
    () => [
      {
        type: 'FridgeRegistered',
        data: { fridgeId, metro: 'sfo', name: 'Lobby', capacity: 50, registeredAt: noon },
      },
    ],
    context,
  );
  const times = { producedAt: noon - 60 * minute, expiresAt: noon + 480 * minute };
  const made = { lotId, sku: 'dal-makhani', kitchenId: 'k1', ...times };
  await store.execute(
    lotRef(lotId, 'sfo'),
    () => [
      {
        type: 'LotCreated',
        data: {
          ...{ ...made, quantity, allergens: ['milk'], mayContain: [] },
          ...{ allergensKnown: true, mayContainKnown: false },
        },
      },
    ],
    context,
  );
  for (let from = 0; from < quantity; from += 500) {
    const refs = ids.slice(from, from + 500).map((id) => mealRef(id, 'sfo'));
    await store.transact(
      refs,
      (unit) => {
        for (const [at, ref] of refs.entries()) {
          const produced = { ...made, mealId: ref.id, customerId: null };
          unit.append(ref, [{ type: 'MealProduced', data: produced }]);
          unit.append(ref, happened(ref.id, from + at, { lotId, sku: 'dal-makhani', fridgeId }));
        }
      },
      context,
    );
  }
  return { fridgeId, ids };
}
interface Told {
  lotId: string;
  sku: string;
  fridgeId: string;
}
const stocked = (mealId: string, of: Told, at: number): MealEvent => ({
  type: 'MealStocked',
  data: { ...of, mealId, customerId: null, stockedAt: at },
});
const sold = (mealId: string, of: Told, at: number): MealEvent => ({
  type: 'MealSold',
  data: {
    ...{ ...of, mealId, customerId: 'c1', price: 850, currency: 'USD' },
    ...{ soldAt: at, sessionId: null, verdict: null },
  },
});
const iso = (at: number) => new Date(at).toISOString();
const idsAt = async (fridge: string, at: number) => {
  const { body } = await get(`/api/v1/fridges/${fridge}/stock?as_of=${iso(at)}`);
  return body.items.map(({ meal_id }: { meal_id: string }) => meal_id);
};

describe('a fridge as of an instant', () => {
  it('had what had come and had not gone, by the time it happened', async () => {
    const { fridgeId, ids } = await lunch(3, (id, index, of) => [
      stocked(id, of, noon + index * minute),
      ...(index === 0 ? [sold(id, of, noon + 10 * minute)] : []),
      ...(index === 1 ? [stocked(id, { ...of, fridgeId: 'elsewhere' }, noon + 20 * minute)] : []),
    ]);
    const [first, second, third] = ids;
    await until('all is listed', async () => (await idsAt(fridgeId, now)).length === 1, patient);
    expect(await idsAt(fridgeId, noon - 1)).toEqual([]);
    expect(await idsAt(fridgeId, noon)).toEqual([first]);
    expect(await idsAt(fridgeId, noon + 2 * minute)).toEqual([first, second, third]);
    expect(await idsAt(fridgeId, noon + 10 * minute)).toEqual([second, third]);
    expect(await idsAt(fridgeId, noon + 20 * minute)).toEqual([third]);
    const { body } = await get(`/api/v1/fridges/${fridgeId}/stock`);
    expect(body.items).toMatchObject([
      { meal_id: third, status: 'STOCKED', allergens: ['milk'], may_contain: null },
    ]);
    const prices = await get(`/api/v1/fridges/${fridgeId}/prices?as_of=${iso(noon)}`);
    expect(prices.body).toMatchObject({
      ...{ fridge_id: fridgeId, as_of: iso(noon), next_cursor: null },
      items: [{ meal_id: first, price: { amount: 850, currency: 'USD' } }],
    });
    const later = await get(`/api/v1/fridges/${fridgeId}/prices?as_of=${iso(noon + 5 * minute)}`);
    expect(later.body.items.map(({ price }: { price: { amount: number } }) => price.amount)).toEqual([
      990, 990, 990,
    ]);
    const page = await get(`/api/v1/fridges/${fridgeId}/stock?as_of=${iso(noon + 2 * minute)}&limit=2`);
    expect(page.body.items).toHaveLength(2);
    const rest = `as_of=${iso(noon + 2 * minute)}&limit=2&cursor=${page.body.next_cursor}`;
    expect((await get(`/api/v1/fridges/${fridgeId}/stock?${rest}`)).body.items).toMatchObject([
      { meal_id: third },
    ]);
  });

  it('is not told for an instant that is none, that is yet to come, or to whom it does not concern', async () => {
    const { fridgeId } = await lunch(1, () => []);
    const code = async (asOf: string, fridge = fridgeId, claims = {}) => {
      const { status, body } = await get(`/api/v1/fridges/${fridge}/stock?as_of=${asOf}`, claims);
      return `${status} ${body.code ?? ''}`;
    };
    for (const bad of ['yesterday', '2026-13-01T00:00:00Z', '2026-11-20', '2026-11-20T25:00:00Z', ''])
      expect(await code(bad), bad).toBe('400 invalid-request');
    expect(await code(iso(Date.now() + 60 * minute))).toBe('422 as-of-in-the-future');
    expect(await code(iso(noon), 'nowhere')).toBe('404 fridge-unknown');
    expect(await code(iso(noon), fridgeId, { metro: 'nyc' })).toBe('403 other-metro');
    expect(await code(iso(noon))).toBe('200 ');
  });

  it('is told fast after 10,000 meals', async () => {
    const total = 10_000;
    const { fridgeId } = await lunch(total, (id, index, of) => {
      const at = noon + (index * 120 * minute) / total;
      return [stocked(id, of, at), sold(id, of, at + minute)];
    });
    const middle = noon + 60 * minute;
    const held = Math.ceil((total * 1) / 120);
    await until('all is listed', async () => (await idsAt(fridgeId, noon + 120.5 * minute)).length > 0, {
      ...patient,
      within: 120_000,
    });
    await until(
      'the middle is whole',
      async () => {
        const { body } = await get(`/api/v1/fridges/${fridgeId}/stock?as_of=${iso(middle)}&limit=200`);
        return Math.abs(body.items.length - held) <= 1;
      },
      patient,
    );
    const times: number[] = [];
    for (let each = 0; each < 20; each++) {
      const began = performance.now();
      const { body } = await get(`/api/v1/fridges/${fridgeId}/stock?as_of=${iso(middle)}&limit=50`);
      times.push(performance.now() - began);
      expect(body.items).toHaveLength(50);
    }
    const [, middling = 0] = [0, times.sort((one, other) => one - other)[10] ?? 0];
    console.log(`stock as of the middle of 10,000 meals, a page of 50: median ${middling.toFixed(0)} ms`);
    expect(middling).toBeLessThan(1_000);
  }, 240_000);
});
