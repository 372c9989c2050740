import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { kitchenOf } from './support/kitchen.ts';
import { spreadsheet } from './support/spreadsheet.ts';
import { eventsOn } from './support/topic.ts';
import { openVillage, type Village } from './support/village.ts';

const patience = { within: 60_000, every: 50 };
const because = 'glass, "green", in one pan';

interface Recall {
  state: string;
  quantity: number;
  meals_left: number;
  counts: Record<string, number>;
  fridges: { fridge_id: string; meals: number }[];
  customers: { customer_id: string; meals: number }[];
}

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let near: Fridge;
let far: Fridge;
let away: Fridge;
beforeEach(async () => {
  village = await openVillage({ SESSION_LIMIT: '100000' });
  kitchen = kitchenOf(village);
  near = village.fridge('fr_sfo_04');
  far = village.fridge('fr_sfo_05');
  away = village.fridge('fr_sfo_06');
  for (const fridge of [near, far, away]) {
    fridge.reconnect();
    fridge.heartbeat(4);
    await fridge.drained();
  }
});
afterEach(async () => {
  for (const fridge of [near, far, away]) fridge?.disconnect();
  await village?.close();
});

const open = (login: string, fridge: Fridge, door = '1') =>
  village
    .as(login)
    .post<{ id: string; code?: string }>(`/api/v1/fridges/${fridge.id}/sessions?wait=5`, { door });
const settled = (login: string, id: string) =>
  until(
    `session ${id} is settled`,
    async () => {
      const { body } = await village.as(login).get<{ state: string }>(`/api/v1/sessions/${id}`);
      return body.state === 'SETTLED';
    },
    patience,
  );
async function stock(fridge: Fridge, ids: readonly string[]): Promise<void> {
  fridge.stock(ids);
  await until(
    `${fridge.id} holds them`,
    async () => {
      const { stock: shelf } = await kitchen.fridge(fridge.id);
      return ids.every((id) => shelf.some(({ meal_id }) => meal_id === id));
    },
    patience,
  );
}

it('B5 a recall locks what is left, says where it is and who has some, and takes what it hears later as it was', async () => {
  const operations = village.as('ops_sfo');
  const lot = await kitchen.cook({ quantity: 14 });
  const other = await kitchen.cook({ quantity: 1 });
  const [inNear, inFar, inAway] = [lot.slice(0, 4), lot.slice(4, 7), lot.slice(7, 10)];
  const [bought = ''] = inNear;
  const [paid = ''] = inFar;
  const [before = '', after = ''] = inAway;
  const [underWay = '', brought = '', atKitchen = '', alsoAtKitchen = ''] = lot.slice(10);
  await stock(near, [...inNear, ...other]);
  await stock(far, inFar);
  await stock(away, inAway);
  for (const id of [underWay, brought]) {
    const shipped = await village.as('cou_sfo_1').post(`/api/v1/meals/${id}/ship`, { fridge_id: far.id });
    expect(shipped.status).toBe(200);
  }
  near.onOpen(() => ({ taken: [bought] }));
  const door = await open('cus_sfo_001', near);
  expect(door.status).toBe(201);
  await settled('cus_sfo_001', door.body.id);
  await kitchen.becomes(bought, 'SOLD');
  far.sell(paid, 'cus_sfo_002', 850);
  await kitchen.becomes(paid, 'SOLD');
  away.disconnect();
  away.sell(before, 'cus_sfo_003', 850);

  const { lot_id: lotId } = await kitchen.meal(bought);
  const path = `/api/v1/lots/${lotId}/recall`;
  const recalled = await operations.post(path, { reason: because });
  expect(recalled.status).toBe(201);
  const opens = () => open('cus_sfo_004', near);
  expect(await opens()).toMatchObject({ status: 409, body: { code: 'fridge-unsafe' } });

  const progress = async () => (await operations.get<Recall>(path)).body;
  const done = await until(
    'the recall is through',
    async () => {
      const seen = await progress();
      expect(['RECALLING', 'DONE']).toContain(seen.state);
      return seen.state === 'DONE' && seen;
    },
    patience,
  );
  expect(done).toMatchObject({
    reason: because,
    quantity: 14,
    meals_left: 0,
    counts: { sold: 2, withdrawn: 12, on_shelf: 0, in_transit: 0, at_kitchen: 0 },
    fridges: [
      { fridge_id: near.id, meals: 3 },
      { fridge_id: far.id, meals: 2 },
      { fridge_id: away.id, meals: 3 },
    ],
    customers: [
      { customer_id: 'cus_sfo_001', meals: 1 },
      { customer_id: 'cus_sfo_002', meals: 1 },
    ],
  });
  for (const id of [underWay, brought, atKitchen, alsoAtKitchen])
    expect(await kitchen.meal(id)).toMatchObject({ status: 'WITHDRAWN' });
  expect(await kitchen.meal(other[0] ?? '')).toMatchObject({ status: 'STOCKED' });
  expect(await opens()).toMatchObject({ status: 409, body: { code: 'fridge-unsafe' } });
  const claim = await village.as('cus_sfo_004').post(`/api/v1/meals/${inNear[1]}/reserve`, { minutes: 5 });
  expect(claim.status).toBe(409);

  // What was sold before the recall is a sale, whenever it is told; what went afterwards is nobody's debt, and raises an alarm.
  away.sell(after, 'cus_sfo_005', 850);
  away.reconnect();
  expect(await kitchen.becomes(before, 'SOLD')).toMatchObject({ customer_id: 'cus_sfo_003' });
  expect((await kitchen.becomes(after, 'UNEXPLAINED')).price).toBeNull();
  const alarms = await until(
    'the alarm is on the topic',
    async () => {
      const all = await eventsOn(village, 'fridges');
      const raised = all.flatMap(({ type, data }) => (type === 'FridgeAlertRaised' ? [data] : []));
      return raised.length > 0 && raised;
    },
    patience,
  );
  expect(alarms).toMatchObject([{ fridgeId: away.id, alert: 'UNSAFE_SALE', mealId: after }]);
  const late = await until(
    'those who have one are known',
    async () => {
      const seen = await progress();
      return seen.customers.length === 4 && seen;
    },
    patience,
  );
  expect(late).toMatchObject({
    state: 'DONE',
    counts: { sold: 3, withdrawn: 10, unexplained: 1 },
    customers: [{}, {}, { customer_id: 'cus_sfo_003', meals: 1 }, { customer_id: 'cus_sfo_005', meals: 1 }],
  });

  const sheet = await sheetOf(lotId);
  expect(sheet.map(({ meal }) => meal)).toEqual(lot.toSorted());
  const rowOf = (id: string) => sheet.find(({ meal }) => meal === id);
  expect(rowOf(bought)).toMatchObject({ status: 'SOLD', fridge: near.id, customer: 'cus_sfo_001' });
  expect(rowOf(after)).toMatchObject({ status: 'UNEXPLAINED', customer: 'cus_sfo_005' });
  expect(rowOf(atKitchen)).toMatchObject({ status: 'WITHDRAWN', fridge: '', customer: '', sold_at: '' });
  for (const { lot: of, sku, produced, sold_at } of sheet) {
    expect({ of, sku }).toEqual({ of: lotId, sku: 'dal-makhani' });
    for (const time of [produced, sold_at])
      expect(time === '' || Number.isFinite(Date.parse(time ?? ''))).toBe(true);
  }

  near.onOpen(() => ({ taken: inNear.slice(1) }));
  const staff = await open('stf_sfo_1', near);
  expect(staff.status).toBe(201);
  await settled('stf_sfo_1', staff.body.id);
  near.onOpen(() => ({}));
  await until('customers may open it again', async () => (await opens()).status === 201, patience);
});

async function sheetOf(lotId: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${village.url}/api/v1/lots/${lotId}/recall.csv`, {
    headers: { authorization: `Bearer ${await village.tokenOf('ops_sfo')}` },
  });
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toContain(`lot-${lotId}.csv`);
  return spreadsheet(await response.text());
}
