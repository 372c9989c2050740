import { loadRegion, metroOf, topics } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FactBody } from '../simulators/fridge/index.ts';
import { connectDevice } from './support/device.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
beforeAll(async () => {
  village = await openVillage();
  kitchen = kitchenOf(village);
});
afterAll(() => village?.close());

const stocked = (meal_id = ''): FactBody => ({ type: 'meal_stocked', data: { meal_id } });
const sold = (meal_id = '', customer_id = 'cus_sfo_001'): FactBody => ({
  type: 'meal_sold',
  data: { meal_id, customer_id, price: 850, currency: 'USD' },
});
const whole = ['MealProduced', 'MealShipped', 'MealStocked', 'MealSold'];

describe('B3 facts', () => {
  it('B3 that come twice count once, and one that comes late fills its hole', async () => {
    const [first, second, third] = await kitchen.cook();
    const device = await connectDevice(village, 'fr_sfo_02');
    await device.say(1, 1, stocked(first));
    await device.say(1, 3, stocked(third));
    await device.say(1, 4, sold(third));
    await kitchen.becomes(third ?? '', 'SOLD');
    await device.say(1, 2, stocked(second));
    await kitchen.becomes(second ?? '', 'STOCKED');
    for (const [seq, fact] of [stocked(first), stocked(second), stocked(third), sold(third)].entries())
      await device.say(1, seq + 1, fact);
    // The last word of this fridge: what came before it has had its effect.
    await device.say(1, 5, sold(first));
    await kitchen.becomes(first ?? '', 'SOLD');
    expect(await kitchen.history(first ?? '')).toEqual(whole);
    expect(await kitchen.history(second ?? '')).toEqual(whole.slice(0, 3));
    expect(await kitchen.history(third ?? '')).toEqual(whole);
    await until('one is left', async () => {
      const { stock } = await kitchen.fridge('fr_sfo_02');
      return stock.length === 1 && stock[0]?.meal_id === second;
    });
    expect((await kitchen.fridge('fr_sfo_02')).alerts).toBe(0);
    await until('two sales are counted', async () => (await kitchen.sales('fr_sfo_02'))[0]?.meals === 2);
    expect(await kitchen.sales('fr_sfo_02')).toEqual([{ meals: 2, amount: 1700 }]);
    await device.end();
  });

  it('B3 of the next boot begin at 1 again and are other facts', async () => {
    const [first, second] = await kitchen.cook();
    const device = await connectDevice(village, 'fr_sfo_03');
    await device.say(1, 1, stocked(first));
    await device.say(2, 1, stocked(second));
    await kitchen.becomes(first ?? '', 'STOCKED');
    await kitchen.becomes(second ?? '', 'STOCKED');
    await device.end();
  });
});

describe('B5 facts that break the rules are taken, alarmed and not charged', () => {
  it('B5 a meal sold twice is charged once', async () => {
    const [meal = ''] = await kitchen.cook();
    const device = await connectDevice(village, 'fr_sfo_04');
    await device.say(1, 1, stocked(meal));
    await device.say(1, 2, sold(meal));
    await device.say(1, 3, sold(meal, 'cus_sfo_002'), new Date(Date.now() + 1_000).toISOString());
    await kitchen.alarms('fr_sfo_04', 1);
    expect(await kitchen.history(meal)).toEqual([...whole, 'MealFactDisputed']);
    expect(await kitchen.meal(meal)).toMatchObject({ status: 'SOLD', customer_id: 'cus_sfo_001' });
    await until('one sale is counted', async () => (await kitchen.sales('fr_sfo_04'))[0]?.meals === 1);
    expect(await kitchen.sales('fr_sfo_04')).toEqual([{ meals: 1, amount: 850 }]);
    expect(device.problems).toEqual([]);
    await device.end();
  });

  it('B5 a meal that had expired, one never stocked, one of another fridge and a tag nobody made cost nothing and stop nothing', async () => {
    const [expired = '', never = '', elsewhere = ''] = await kitchen.cook({
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const device = await connectDevice(village, 'fr_sfo_05');
    const other = await connectDevice(village, 'fr_sfo_06');
    await other.say(1, 1, stocked(elsewhere));
    await kitchen.becomes(elsewhere, 'STOCKED');
    await device.say(1, 1, stocked(expired));
    await device.say(1, 2, sold(expired), new Date(Date.now() + 2 * 3_600_000).toISOString());
    await device.say(1, 3, sold(never));
    await device.say(1, 4, sold(elsewhere));
    await device.say(1, 5, sold('nobody-made-this'));
    await kitchen.alarms('fr_sfo_05', 4);
    for (const meal of [expired, never, elsewhere]) {
      expect(await kitchen.meal(meal)).toMatchObject({ status: 'UNEXPLAINED', price: null });
      expect((await kitchen.history(meal)).at(-1)).toBe('MealUnexplained');
    }
    const [good = ''] = await kitchen.cook({ quantity: 1 });
    await device.say(1, 6, stocked(good));
    await device.say(1, 7, sold(good));
    await kitchen.becomes(good, 'SOLD');
    await until('the good one is counted', async () => (await kitchen.sales('fr_sfo_05')).length > 0);
    expect(await kitchen.sales('fr_sfo_05')).toEqual([{ meals: 1, amount: 850 }]);
    expect([...device.problems, ...other.problems]).toEqual([]);
    await device.end();
    await other.end();
  });
});

it('K8 X-08 each metro has partitions of its own on every topic', async () => {
  const device = await connectDevice(village, 'fr_nyc_01', 'nyc');
  const staff = village.as('stf_nyc_1');
  const { body } = await staff.post<{ meals: string[] }>('/api/v1/lots', {
    sku: 'bagel',
    kitchen_id: 'kit_nyc_1',
    quantity: 20,
    produced_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    allergens: [],
    may_contain: [],
  });
  await device.say(1, 1, stocked(body.meals[0]));
  await until('New York has stocked it', async () => {
    const seen = await staff.get<{ status: string }>(`/api/v1/meals/${body.meals[0]}`);
    return seen.body.status === 'STOCKED';
  });
  await device.end();
  await until('the stores are on Kafka', () => village.meals.deps.relay.status().depth === 0);
  const region = loadRegion();
  const seen = new Set<string>();
  for (const { name } of topics) {
    const offsets = await village.kafka.admin.offsets(name);
    await village.kafka.read({
      topic: name,
      ranges: new Map(offsets.map(({ partition, low, high }) => [partition, { from: low, to: high }])),
      onBatch: async ({ records, partition }) => {
        for (const { headers } of records) {
          const metro = headers.metro ?? 'none';
          seen.add(`${name} ${metro}`);
          expect(metroOf(region, metro).partitions, `${name} ${metro}`).toContain(partition);
        }
      },
    });
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['meals sfo', 'meals nyc', 'fridge-facts sfo', 'fridge-facts nyc']),
  );
});
