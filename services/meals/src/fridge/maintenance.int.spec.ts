import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion } from '@dabba/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doorsOf } from '../spec/doors.ts';
import { World } from '../spec/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'maintenance-'));
let world: World;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  const region = loadRegion();
  const always = { from: '00:00', to: '24:00' };
  const metros = region.metros.map((metro) => ({ ...metro, maintenance: always }));
  const file = join(folder, 'region.yaml');
  // Every JSON is YAML.
  writeFileSync(file, JSON.stringify({ ...region, metros }));
  world = await World.open('night', { DABBA_REGION_FILE: file });
  doors = doorsOf(world);
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

it('S0-NFR-02 in the window no meal is moved and no customer gets a door; kitchens cook, staff get in, facts count', async () => {
  const { meals } = await world.lot(2);
  const [one = '', two = ''] = meals;
  const fridge = await world.fridge([one]);
  const closed = { status: 503, body: { code: 'maintenance-window' } };
  expect(await doors.open(fridge, 'cus_night')).toMatchObject(closed);
  expect(await world.call('POST', `/api/v1/meals/${two}/ship`, {})).toMatchObject(closed);
  const note = { note: 'wrong place' };
  expect(await world.call('POST', `/api/v1/meals/${two}/return`, note)).toMatchObject(closed);
  const { status, body } = await doors.open(fridge, null);
  expect(status).toBe(201);
  await doors.opens(fridge, body.id);
  await doors.closes(fridge, body.id, { taken: [one], added: [two] });
  await doors.becomes(one, 'RETURNED');
  await doors.becomes(two, 'STOCKED');
});
