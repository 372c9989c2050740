import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parked, rebuild, startDeadLetterFeed, startReadModel, verify } from './index.ts';
import { life, mealModel, step } from './spec/meals.ts';
import { openWorld, type World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld('realkafka');
});
afterAll(() => world.close());

test('P6 P7 on a real log: two processes share the partitions, the model is rebuilt under them and still equal', async () => {
  const one = await world.running(startReadModel(mealModel, world));
  const two = await world.running(startReadModel(mealModel, world));
  const drafts = (prefix: string, from: number) =>
    Array.from({ length: 100 }, (_, index) =>
      life.map((type, at) => step(type, `${prefix}${index}`, from + index * 4 + at, 'soup', index % 2)),
    ).flat();
  await world.publish(drafts('a', 1));
  const rebuilding = rebuild(mealModel, world);
  await world.publish(drafts('b', 1001));
  await rebuilding;
  await world.publish(drafts('c', 2001));
  await until('every meal is sold', async () => {
    const { rows } = await world.pool.query<{ count: number }>(
      "select count(*)::int as count from meal_list where status = 'SOLD'",
    );
    return rows[0]?.count === 300;
  });
  expect(await verify(mealModel, world)).toMatchObject({ equal: true, events: 1200 });
  const { rows } = await world.pool.query('select produced::int, sold::int from meals_by_sku');
  expect(rows).toEqual([{ produced: 300, sold: 300 }]);
  await Promise.all([one.stop(), two.stop()]);
});

test('P4 parked events appear on the dead-letter topic, each with its reason, and are counted in the status', async () => {
  await world.publish([step('MealProduced', 'bad', 9001, 'poison'), step('MealShipped', 'bad', 9002)]);
  const consumer = await world.running(startReadModel(mealModel, world));
  await until('both are parked', async () => (await parked(world.pool)).length === 2);
  const feed = startDeadLetterFeed(world);
  const letters: { stream: string; error: string; type: string; value: string }[] = [];
  await until('both are published', async () => {
    const [first] = await world.kafka.admin.offsets('dead-letters');
    return first?.high === 2;
  });
  await feed.stop();
  await world.kafka.read({
    topic: 'dead-letters',
    ranges: new Map([[0, { from: 0, to: 2 }]]),
    async onBatch({ records }) {
      for (const { value, key } of records) letters.push({ ...JSON.parse(String(value)), key });
    },
  });
  expect(letters).toMatchObject([
    { key: 'bad', stream: 'bad', type: 'MealProduced', error: 'Error: this meal cannot be folded' },
    { key: 'bad', stream: 'bad', type: 'MealShipped' },
  ]);
  await until('the status counts it', () => consumer.status().parkedStreams === 1);
  await consumer.stop();
});

test('P3 a checkpoint the log does not reach stops the partition, and the status says so', async () => {
  await world.pool.query('update dabba.checkpoints set next = 1000000 where partition = 1');
  const consumer = await world.running(startReadModel(mealModel, world));
  const stopped = await until('the partition has stopped', () =>
    consumer.status().partitions.find(({ partition, stopped }) => partition === 1 && stopped !== undefined),
  );
  expect(stopped.stopped).toBeTruthy();
});

test('code and table that do not fit wait instead of parking, and go on once the model is folded anew', async () => {
  await world.pool.query('update dabba.checkpoints set next = 0 where partition = 1');
  const grown = { ...mealModel, name: 'grown', tables: { ...mealModel.tables } };
  await world.pool.query('alter table meal_list drop column touched');
  const consumer = await world.running(startReadModel(grown, world));
  await world.caughtUp(consumer);
  const { rows } = await world.pool.query(
    'select distinct stream from dabba.parked_events where consumer = $1',
    ['grown'],
  );
  expect(rows).toEqual([{ stream: 'bad' }]);
  await until('nothing waits any more', () =>
    consumer.status().partitions.every(({ stopped }) => stopped === undefined),
  );
  expect(consumer.status().partitions.every(({ stopped }) => stopped === undefined)).toBe(true);
});
