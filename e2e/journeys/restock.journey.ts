import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { type Doors, doorsOf, later } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

const place = 'fr_sfo_02';
const clock = { behind: 0 };
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
  fridge.heartbeat(4);
  await fridge.drained();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

const customer = 'cus_sfo_001';
const other = 'cus_sfo_002';
const courier = 'cou_sfo_1';
const operations = () => village.as('ops_sfo');

describe('a restock', () => {
  it('S0-INV-04 takes what is unsafe out of a locked fridge, which then sells again', async () => {
    const [bad = '', good = ''] = await doors.stocked(fridge, kitchen, 2);
    await operations().post(`/api/v1/meals/${bad}/spoil`, { note: 'torn' });
    expect(await doors.open(customer)).toMatchObject({ status: 409, body: { code: 'fridge-unsafe' } });
    await operations().post(`/api/v1/fridges/${place}/lock`, { reason: 'to be looked at' });
    expect(await doors.open(customer)).toMatchObject({ status: 409, body: { code: 'fridge-locked' } });
    await until('the fridge itself is locked', () => fridge.locked);

    const [fresh = ''] = await kitchen.cook({ quantity: 1 });
    fridge.onOpen(() => ({ taken: [bad], added: [fresh] }));
    const session = await doors.opened(courier);
    expect(await doors.settled('ops_sfo', session.id)).toMatchObject({ basket: [] });
    await kitchen.becomes(fresh, 'STOCKED');
    expect(await kitchen.history(bad)).toEqual([
      'MealProduced',
      'MealShipped',
      'MealStocked',
      'MealSpoiled',
      'MealRemoved',
    ]);
    expect(await doors.open(customer)).toMatchObject({ body: { code: 'fridge-locked' } });
    const cleared = await village.as(courier).post(`/api/v1/fridges/${place}/clear`, {});
    expect(cleared.status).toBe(204);
    await until('it is unlocked', () => !fridge.locked);

    fridge.onOpen(() => ({ taken: [good] }));
    const sale = await doors.opened(customer);
    expect(sale.prices.map(({ meal_id }) => meal_id)).toEqual(expect.arrayContaining([good, fresh]));
    expect(sale.prices.map(({ meal_id }) => meal_id)).not.toContain(bad);
    expect((await doors.settled(customer, sale.id)).basket).toMatchObject([{ meal_id: good }]);
  });

  it('keeps its door to itself, and leaves the others to customers', async () => {
    await doors.stocked(fridge, kitchen, 1);
    const shut = later<{ added: string[] }>();
    const added = await kitchen.cook({ quantity: 2 });
    fridge.onOpen(({ door }) => (door === '1' ? shut.told : {}));
    const staff = await doors.opened(courier, '1');
    expect(await doors.open(customer, '1')).toMatchObject({ status: 409, body: { code: 'door-in-use' } });
    expect(await doors.open(courier, '1')).toMatchObject({ status: 409, body: { code: 'door-in-use' } });
    const beside = await doors.opened(customer, '2');
    await doors.settled(customer, beside.id);
    shut.tell({ added });
    await doors.settled('ops_sfo', staff.id);
    for (const id of added) await kitchen.becomes(id, 'STOCKED');
    fridge.onOpen(() => ({}));
    await doors.settled(customer, (await doors.opened(customer, '1')).id);
  });

  it('returns good meals that staff take out, sells none of them, and tells when more are in than fit', async () => {
    const [unsold = ''] = await doors.stocked(fridge, kitchen, 1);
    const added = await kitchen.cook({ quantity: 41 });
    fridge.onOpen(() => ({ taken: [unsold], added }));
    const session = await doors.opened(courier);
    await doors.settled('ops_sfo', session.id);
    expect(await kitchen.becomes(unsold, 'RETURNED')).toMatchObject({ customer_id: null, price: null });
    for (const id of added) await kitchen.becomes(id, 'STOCKED');
    await doors.raised('OVER_CAPACITY');
  });
});

describe('a door of which nothing is heard', () => {
  it('S0-INV-06 that never opened is given up by a timer, and is free again', async () => {
    fridge.ignoring = true;
    const { body } = await doors.open(customer, '3', '');
    expect(body.state).toBe('OPENING');
    expect(await doors.failed(customer, body.id)).toMatchObject({ failure: 'NOT_OPENED' });
    fridge.ignoring = false;
    fridge.onOpen(() => ({}));
    await doors.settled(other, (await doors.opened(other, '3')).id);
  });

  it('B5 that was not shut is given up with an alarm, and its basket settled when it is', async () => {
    const [meal = ''] = await doors.stocked(fridge, kitchen, 1);
    const shut = later<{ taken: string[] }>();
    fridge.onOpen(() => shut.told);
    // By this clock the door has been open for a quarter of an hour.
    clock.behind = 15 * 60_000;
    const { id } = await doors.opened(customer, '4');
    clock.behind = 0;
    expect(await doors.failed(customer, id)).toMatchObject({ failure: 'NOT_CLOSED', basket: [] });
    await doors.raised('DOOR_LEFT_OPEN');
    shut.tell({ taken: [meal] });
    expect((await doors.settled(customer, id)).basket).toMatchObject([{ meal_id: meal }]);
    expect(await kitchen.becomes(meal, 'SOLD')).toMatchObject({ customer_id: customer });
  });
});
