import { freePort } from '@dabba/stack';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { kitchenOf } from './support/kitchen.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let fridge: Fridge;
beforeAll(async () => {
  village = await openVillage();
  kitchen = kitchenOf(village);
  fridge = village.fridge('fr_sfo_01');
  fridge.reconnect();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

/** From the kitchen to the customer; anything that does not work on the way throws. */
async function sellOne(): Promise<void> {
  const [meal = ''] = await kitchen.cook({ quantity: 1 });
  fridge.stock([meal]);
  await kitchen.becomes(meal, 'STOCKED');
  fridge.sell(meal, 'cus_sfo_001', 850);
  await fridge.drained();
  await kitchen.becomes(meal, 'SOLD');
  await until('the list shows it', async () => {
    const { body } = await village
      .as('ops_sfo')
      .get<{ items: { id: string }[] }>('/api/v1/meals?status=SOLD&limit=5');
    return body.items.some(({ id }) => id === meal);
  });
}

it('K9 with the registry away lots are made and meals sold, and services start again', async () => {
  await sellOne();
  const away = { SCHEMA_REGISTRY_URL: `http://127.0.0.1:${await freePort()}` };
  await Promise.all([village.meals.stop(), village.bridge.stop()]);
  await Promise.all([village.again('meals', away), village.again('bridge', away)]);
  await sellOne();
  const health = await fetch(`${village.meals.url}/health/ready`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    status: 'degraded',
    dependencies: { registry: { status: 'down', required: false } },
  });
  await Promise.all([village.meals.stop(), village.bridge.stop()]);
  await Promise.all([village.again('meals'), village.again('bridge')]);
});

it('S0-NFR-01 with identity away known tokens go on, fridges come back, and only signing in waits', async () => {
  await sellOne();
  await village.identity.stop();
  await sellOne();
  fridge.crash();
  fridge.reconnect();
  await sellOne();
  const signingIn = await fetch(`${village.url}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', username: 'admin', password: 'x' }),
  });
  expect(signingIn.status).toBe(503);
  expect(signingIn.headers.get('retry-after')).toBe('2');
  expect(await signingIn.json()).toMatchObject({ code: 'service-unavailable' });
  await village.again('identity');
  expect((await village.as('admin').get('/api/v1/principals/me')).status).toBe(200);
});

it('S0-NFR-03 what a fridge says while nobody hears it is heard when meals is back, in order and once', async () => {
  const meals = await kitchen.cook();
  await village.meals.stop();
  const answer = await village.as('stf_sfo_1').post('/api/v1/lots', lotBody());
  expect(answer).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
  fridge.stock(meals);
  for (const meal of meals) fridge.sell(meal, 'cus_sfo_002', 850);
  await fridge.drained();
  await village.again('meals');
  for (const meal of meals) {
    await kitchen.becomes(meal, 'SOLD');
    expect(await kitchen.history(meal)).toEqual(['MealProduced', 'MealShipped', 'MealStocked', 'MealSold']);
  }
  expect((await kitchen.fridge('fr_sfo_01')).alerts).toBe(0);
});
