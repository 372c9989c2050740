import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doorsOf } from '../spec/doors.ts';
import { minute, patient, World } from '../spec/world.ts';

let world: World;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  world = await World.open('watch');
  doors = doorsOf(world);
});
afterAll(() => world?.close());

const locked = async (id: string) => (await world.get(`/api/v1/fridges/${id}`)).body.locked;
const typesOf = async (id: string) => (await world.meals.deps.store.history(id)).map(({ type }) => type);

it('is not waited for by staff who clear a fridge whose own facts prove that its sensor was silent', async () => {
  const fridge = await world.fridge();
  const at = doors.now();
  await world.beat(fridge, at + 12 * minute, 4);
  world.clock.ahead = 12 * minute;
  await until(
    'its silence is known',
    async () => (await doors.open(fridge, 'cus_1')).body.code === 'sensor-silent',
    patient,
  );
  expect(await locked(fridge)).toBeNull();
  const clear = await world.call('POST', `/api/v1/fridges/${fridge}/clear`, {}, { roles: ['courier'] });
  expect(clear.status).toBe(204);
  expect((await doors.open(fridge, 'cus_1')).body.code).toBe('sold-out');
  expect(await typesOf(fridge)).toEqual([
    'FridgeRegistered',
    'FridgeLocked',
    'FridgeAlertRaised',
    'FridgeCommandIssued',
    'FridgeCleared',
    'FridgeCommandIssued',
  ]);
  world.clock.ahead = 0;
});

it('S0-INV-04 goes round by itself, again and again: each silent fridge is locked, told to be, and rings', async () => {
  // A minute of this service's clock is two seconds of the timer's.
  world.clock.ahead = -58_000;
  const fridges = [await world.fridge(), await world.fridge()];
  for (const fridge of fridges) {
    expect(await locked(fridge)).toBeNull();
    await world.beat(fridge, doors.now() + 11 * minute, null);
    await until('it is locked', async () => (await locked(fridge)) === 'SILENT_SENSOR', patient);
    await doors.raised(fridge, 'SILENT_SENSOR');
    expect(await typesOf(fridge)).toEqual([
      'FridgeRegistered',
      'FridgeLocked',
      'FridgeAlertRaised',
      'FridgeCommandIssued',
    ]);
    expect((await doors.open(fridge, 'cus_2')).body).toMatchObject({
      code: 'fridge-locked',
      reason: 'SILENT_SENSOR',
    });
  }
  const unheard = await world.fridge();
  world.clock.ahead = 6 * minute;
  await doors.raised(unheard, 'OFFLINE');
  world.clock.ahead = 0;
});
