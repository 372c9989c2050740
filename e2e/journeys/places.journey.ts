import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

const patience = { within: 60_000, every: 50 };

interface PickList {
  id: string;
  status: string;
  lines: { fridge_id: string; sku: string; meals: string[] }[];
}
interface Location {
  kind: string;
  id: string | null;
  meals: number;
}
interface Ledger {
  key: string | null;
  produced: number;
}
interface Stock {
  items: { meal_id: string; allergens: string[] | null }[];
}

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let fridge: Fridge;
beforeEach(async () => {
  village = await openVillage();
  kitchen = kitchenOf(village);
  fridge = village.fridge('fr_sfo_07');
  fridge.reconnect();
  fridge.heartbeat(4);
  await fridge.drained();
});
afterEach(async () => {
  fridge?.disconnect();
  await village?.close();
});

it('S0-ACT-02 meals go from the kitchen by a courier into a fridge, are counted, and all are accounted for', async () => {
  const [operations, staff, courier] = ['ops_sfo', 'stf_sfo_1', 'cou_sfo_1'].map((login) =>
    village.as(login),
  );
  if (!operations || !staff || !courier) throw new Error('nobody is there');
  const began = new Date().toISOString();
  const levels = [{ sku: 'dal-makhani', par: 3 }];
  const par = `/api/v1/fridges/${fridge.id}/par`;
  expect((await courier.put(par, { levels })).status).toBe(403);
  expect(await operations.put(par, { levels })).toMatchObject({ status: 200, body: { levels } });

  const cooked = await kitchen.cook({ quantity: 5 });
  const { kitchen_id } = await kitchen.meal(cooked[0] ?? '');
  const wish = { kitchen_id, courier_id: 'cou_sfo_1', fridge_ids: [fridge.id], route_id: 'north' };
  expect((await courier.post('/api/v1/pick-lists', wish)).status).toBe(403);
  const list = await until(
    'the kitchen has three for it',
    async () => {
      const { status, body } = await staff.post<PickList>('/api/v1/pick-lists', wish);
      if (status !== 201) return false;
      // What was made of too few is given up: the list of meals trails the kitchen by milliseconds.
      if (body.lines[0]?.meals.length === 3) return body;
      await staff.post(`/api/v1/pick-lists/${body.id}/cancel`, {});
      return false;
    },
    patience,
  );
  const ids = list.lines.flatMap(({ meals }) => meals);
  expect(new Set(ids).size).toBe(3);
  const ship = (login: string) => village.as(login).post<PickList>(`/api/v1/pick-lists/${list.id}/ship`, {});
  expect(await ship('cou_sfo_2')).toMatchObject({ status: 409, body: { code: 'other-courier' } });
  expect(await ship('cou_sfo_1')).toMatchObject({ status: 200, body: { status: 'SHIPPED' } });
  expect(await ship('cou_sfo_1')).toMatchObject({ status: 409, body: { code: 'pick-list-not-open' } });
  const at = async (kind: string, id: string) => {
    const { body } = await operations.get<{ items: Location[] }>(`/api/v1/locations?kind=${kind}&limit=200`);
    return body.items.find((place) => place.id === id)?.meals ?? 0;
  };
  await until('the courier has three', async () => (await at('COURIER', 'cou_sfo_1')) === 3, patience);
  const load = await courier.get<{ items: { meal_id: string }[] }>('/api/v1/couriers/cou_sfo_1/load');
  expect(load.body.items.map(({ meal_id }) => meal_id).sort()).toEqual(ids.toSorted());
  expect((await village.as('cou_sfo_2').get('/api/v1/couriers/cou_sfo_1/load')).status).toBe(403);

  fridge.stock(ids);
  for (const id of ids) await kitchen.becomes(id, 'STOCKED');
  expect(await kitchen.history(ids[0] ?? '')).toEqual([
    'MealProduced',
    ...(await kitchen.history(ids[0] ?? '')).filter((type) => /^Meal(Unp|P)icked$/.test(type)),
    'MealShipped',
    'MealStocked',
  ]);
  await until('the fridge has three', async () => (await at('FRIDGE', fridge.id)) === 3, patience);
  expect(await at('COURIER', 'cou_sfo_1')).toBe(0);

  // One fell behind the fridge.
  const [lost = '', ...left] = ids;
  const count = { counted: left, reason: 'counted at noon' };
  const corrections = `/api/v1/fridges/${fridge.id}/corrections`;
  const headers = { 'idempotency-key': newId() };
  const before = new Date().toISOString();
  expect((await village.as('cus_sfo_001').post(corrections, count)).status).toBe(403);
  const corrected = await courier.post<{ missing: string[] }>(corrections, count, headers);
  expect(corrected).toMatchObject({ status: 201, body: { missing: [lost], found: [], disputed: [] } });
  expect((await courier.post(corrections, count, headers)).body).toEqual(corrected.body);
  await kitchen.becomes(lost, 'UNEXPLAINED');

  const day = new Date(Date.parse(began)).toISOString().slice(0, 10);
  const ledgerBy = async (by: string) => {
    const days = [day, new Date(Date.parse(began) - 86_400_000).toISOString().slice(0, 10)];
    const pages = days.map((each) =>
      operations.get<{ items: Ledger[] }>(`/api/v1/ledger?day=${each}&by=${by}`),
    );
    return (await Promise.all(pages)).flatMap(({ body }) => body.items);
  };
  const north = await until(
    'the route is accounted for',
    async () => {
      const found = (await ledgerBy('route')).find(({ key }) => key === 'north');
      return found && 'unexplained' in found && found.unexplained === 1 && found;
    },
    patience,
  );
  expect(north).toMatchObject({ produced: 3, on_shelf: 2, unexplained: 1, in_transit: 0 });
  for (const by of ['route', 'courier', 'fridge', 'lot', 'kitchen'])
    expect((await ledgerBy(by)).reduce((sum, { produced }) => sum + produced, 0)).toBe(5);

  const stock = (asOf: string) => operations.get<Stock>(`/api/v1/fridges/${fridge.id}/stock?as_of=${asOf}`);
  expect((await stock(began)).body.items).toEqual([]);
  expect((await stock(before)).body.items.map(({ meal_id }) => meal_id)).toEqual(ids.toSorted());
  await until(
    'two are left',
    async () => (await stock(new Date().toISOString())).body.items.length === 2,
    patience,
  );
  const prices = await village
    .as('cus_sfo_001')
    .get<{ items: { price: unknown }[] }>(`/api/v1/fridges/${fridge.id}/prices?as_of=${before}`);
  expect(prices.body.items.map(({ price }) => price)).toEqual(
    ids.map(() => ({ amount: 850, currency: 'USD' })),
  );
  expect(await stock('2100-01-01T00:00:00Z')).toMatchObject({
    status: 422,
    body: { code: 'as-of-in-the-future' },
  });
});
