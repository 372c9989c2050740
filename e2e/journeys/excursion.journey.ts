import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { type Doors, doorsOf } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { patient } from './support/patient.ts';
import { openVillage, type Village } from './support/village.ts';

const place = 'fr_sfo_03';
const minute = 60_000;
const clock = { behind: 40 * minute };
let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let doors: Doors;
let fridge: Fridge;
beforeAll(async () => {
  village = await openVillage({ SESSION_LIMIT: '100' });
  kitchen = kitchenOf(village);
  doors = doorsOf(village, place);
  fridge = village.fridge(place, { now: () => Date.now() - clock.behind });
  fridge.reconnect();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

const customer = 'cus_sfo_001';
const courier = 'cou_sfo_1';

async function feels(celsius: number): Promise<void> {
  fridge.heartbeat(celsius);
  await fridge.drained();
}
const clear = () => village.as(courier).post<{ code?: string }>(`/api/v1/fridges/${place}/clear`, {});
const clearedAtLast = (code: string | undefined) =>
  until(
    `clearing says ${code}`,
    async () => {
      const { body } = await clear();
      return body?.code === code;
    },
    patient,
  );
const fleet = async (filter: string) => {
  const { body } = await village
    .as('ops_sfo')
    .get<{ items: { id: string; locked: string | null; temperature_c: number; alerts: number }[] }>(
      `/api/v1/fridges?${filter}`,
    );
  return body.items.find(({ id }) => id === place);
};

it('S0-INV-04 a fridge too warm for half an hour sells nothing until it was emptied and is cold', async () => {
  await feels(4);
  const meals = await doors.stocked(fridge, kitchen, 3);
  for (; clock.behind >= 0; clock.behind -= 4 * minute) await feels(9);
  clock.behind = 0;

  const warm = await until('the fleet shows it locked', () => fleet('locked=true'), patient);
  expect(warm).toMatchObject({ locked: 'EXCURSION', temperature_c: 9 });
  expect(await doors.open(customer)).toMatchObject({
    status: 409,
    body: { code: 'fridge-locked', reason: 'EXCURSION', detail: expect.stringMatching(/staff/) },
  });
  await until('the fridge itself is locked', () => fridge.locked, patient);
  for (const id of meals) expect(await kitchen.becomes(id, 'SPOILED')).toMatchObject({ customer_id: null });
  await doors.raised('EXCURSION');
  const alarm = (await village.meals.deps.store.history(place)).find(
    ({ type }) => type === 'FridgeAlertRaised',
  );
  expect(alarm).toMatchObject({ data: { alert: 'EXCURSION', detail: expect.stringContaining('5 °C') } });
  expect(await fleet('')).toMatchObject({ alerts: (await doors.alarms()).length });

  await clearedAtLast('food-inside');
  const unlock = { kind: 'UNLOCK', reason: 'from afar' };
  const reset = await village.as('ops_sfo').post(`/api/v1/fridges/${place}/commands`, unlock);
  expect(reset).toMatchObject({ status: 409, body: { code: 'fridge-locked' } });

  fridge.onOpen(() => ({ taken: meals }));
  const session = await doors.opened(courier);
  await doors.settled('ops_sfo', session.id);
  for (const id of meals) {
    expect((await kitchen.meal(id)).status).toBe('SPOILED');
    expect((await kitchen.history(id)).slice(-2)).toEqual(['MealSpoiled', 'MealRemoved']);
  }
  await clearedAtLast('still-warm');
  expect((await doors.open(customer)).body.code).toBe('fridge-locked');
  await feels(3);
  await clearedAtLast(undefined);
  await until('the fridge is unlocked', () => !fridge.locked, patient);
  expect(await until('the fleet shows it open', () => fleet('locked=false'), patient)).toMatchObject({
    locked: null,
    temperature_c: 3,
  });

  const [fresh = ''] = await doors.stocked(fridge, kitchen, 1);
  fridge.onOpen(() => ({ taken: [fresh] }));
  const sale = await doors.opened(customer);
  expect((await doors.settled(customer, sale.id)).basket).toMatchObject([{ meal_id: fresh }]);
  const sold = (await village.meals.deps.store.history(fresh)).at(-1);
  expect(sold).toMatchObject({
    type: 'MealSold',
    data: { verdict: { offline: false, temperatureSafe: true } },
  });
});
