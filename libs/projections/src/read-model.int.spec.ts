import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReadModel } from './index.ts';
import { life, mealModel, step } from './spec/meals.ts';
import { openWorld, type World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld('readmodel');
});
afterAll(() => world.close());

test('a model folds its topic over several partitions into both kinds of table', async () => {
  const consumer = await world.running(startReadModel(mealModel, world));
  await world.publish(life.map((type, index) => step(type, 'm1', index + 1)));
  await world.publish(life.map((type, index) => step(type, 'm2', index + 5, 'soup', 1)));
  await world.publish([step('MealProduced', 'm3', 9, 'stew'), step('MealUnexplained', 'm3', 10, 'stew')]);
  await world.caughtUp(consumer);
  const { rows } = await world.pool.query('select * from meal_list order by id');
  expect(rows).toEqual([
    {
      id: 'm1',
      sku: 'soup',
      status: 'SOLD',
      history: ['produced "and" \\ counted', { at: 1_760_000_000_003, fridge: 'f1' }],
      fridges: ['f1'],
      changed_at: new Date(1_760_000_000_002),
      price: '1250',
      touched: true,
    },
    expect.objectContaining({ id: 'm2', status: 'SOLD' }),
  ]);
  const counters = await world.pool.query('select * from meals_by_sku order by sku');
  expect(counters.rows).toEqual([
    { sku: 'soup', metro: 'lviv', produced: '2', sold: '2' },
    { sku: 'stew', metro: 'lviv', produced: '1', sold: '0' },
  ]);
});
