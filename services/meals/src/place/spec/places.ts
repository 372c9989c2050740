import { newId } from '@dabba/contracts';
import {
  type Connected,
  connect,
  type RunningService,
  type StoreDeps,
  startService,
} from '@dabba/service-kit';
import { callAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopics, topicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, expect } from 'vitest';
import { type MealEvent, mealRef } from '../../meal/meal.ts';
import { service } from '../../service.ts';

export let meals: RunningService<StoreDeps>;
/** Another process on the same database. */
export let twin: Connected<StoreDeps>;
let tokens: TestTokens;

/** A service and, on its database, another process; from before the first test of the file until after the last. */
export function servePlaces(): void {
  beforeAll(async () => {
    tokens = await testTokens();
    const kafkaPrefix = uniquePrefix('places');
    twin = await connect(service, { kafkaPrefix });
    const { deps } = twin;
    await makeTopics(deps, topicsOf(service, deps));
    meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix });
  });
  afterAll(async () => {
    await meals?.stop();
    await twin?.close();
  });
}

export const hour = 3_600_000;
export const patient = { within: 40_000, every: 100 };

/** As a client does that is told to come again. */
export const call = (method: string, path: string, body?: unknown, caller?: TestCaller) =>
  until(
    'it is not too busy',
    async () => {
      const answer = await callAs(tokens, method, `${meals.url}${path}`, body, caller);
      return answer.status !== 503 && answer;
    },
    patient,
  );
export const get = (path: string, who = {}) => call('GET', path, undefined, who);
export const post = (path: string, body?: unknown, who = {}) => call('POST', path, body, who);
export const viewOf = async (id: string) => (await get(`/api/v1/meals/${id}`)).body;
export const typesOf = async (id: string) =>
  (await get(`/api/v1/meals/${id}/history`)).body.items.map(({ type }: { type: string }) => type);

/** Ids of their own for each test and each try. */
export async function place({ capacity = 10, par = 0, sku = 'dal' } = {}) {
  const own = newId().slice(-8);
  const fridge = `f${own}`;
  await until(
    'the fridge is registered',
    async () => (await post('/api/v1/fridges', { id: fridge, name: 'Lobby', capacity })).status === 201,
    patient,
  );
  if (par > 0) {
    const set = await call('PUT', `/api/v1/fridges/${fridge}/par`, { levels: [{ sku, par }] });
    expect(set).toMatchObject({ status: 200, body: { levels: [{ sku, par }] } });
  }
  return { fridge, kitchen: `k${own}`, courier: `r${own}` };
}
export async function cook(kitchen: string, quantity: number, lifetime = 8 * hour) {
  const now = Date.now();
  const { status, body } = await post('/api/v1/lots', {
    ...{ sku: 'dal', kitchen_id: kitchen, quantity, allergens: ['milk'] },
    produced_at: new Date(now - hour).toISOString(),
    expires_at: new Date(now + lifetime).toISOString(),
  });
  expect(status).toBe(201);
  const ids: string[] = body.meals;
  await until(
    'the lot is listed',
    async () => (await get(`/api/v1/lots/${body.id}/ledger`)).body.produced === quantity,
    patient,
  );
  return { lot: String(body.id), ids };
}
export async function happen(id: string, ...events: MealEvent[]): Promise<void> {
  const context = { actor: 'test', now: Date.now() };
  const outcome = await meals.deps.store.execute(mealRef(id, 'sfo'), () => events, context);
  expect(outcome).toMatchObject({ refused: false });
}
export const stocked = (
  mealId: string,
  lotId: string,
  fridgeId: string,
  stockedAt = Date.now(),
): MealEvent => ({
  type: 'MealStocked',
  data: { mealId, lotId, sku: 'dal', fridgeId, customerId: null, stockedAt },
});
export const sold = (mealId: string, lotId: string, fridgeId: string, soldAt = Date.now()): MealEvent => ({
  type: 'MealSold',
  data: {
    ...{ mealId, lotId, sku: 'dal', fridgeId, customerId: 'c1', price: 850, currency: 'USD' },
    ...{ soldAt, sessionId: null, verdict: null },
  },
});
export const around = (fridge: string, kind: string, count: number) =>
  until(
    `${fridge} has ${count} ${kind}`,
    async () => (await get(`/api/v1/fridges/${fridge}/ledger`)).body[kind] === count,
    patient,
  );
