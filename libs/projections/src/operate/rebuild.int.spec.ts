import { afterEach, beforeEach, expect, test } from 'vitest';
import { discardParked, rebuild, verify } from '../index.ts';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import { life, mealModel, step } from '../spec/meals.ts';
import type { Draft } from '../spec/world.ts';

let fed: HandFed;
beforeEach(async () => {
  fed = await handFed('rebuild');
});
afterEach(() => fed.close());

let position = 0;
const lives = (count: number, prefix = 'm', partition = 0): Draft[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).flatMap((id) =>
    life.map((type) => {
      position += 1;
      return step(type, id, position, 'soup', partition);
    }),
  );
const dump = async () => [
  await fed.rows('select * from meal_list order by id'),
  await fed.rows('select * from meals_by_sku order by sku, metro'),
];
const generations = () => fed.rows('select distinct generation from dabba.checkpoints');

test('P6 a rebuilt model equals the live one and has a new generation', async () => {
  fed.append([...lives(30), ...lives(20, 'n', 1)]);
  const member = await fed.member(mealModel);
  await member.drain('meals', 0);
  await member.drain('meals', 1);
  const before = await dump();
  const report = await rebuild(mealModel, fed);
  expect(report).toMatchObject({ events: 200, rows: 51 });
  expect(await dump()).toEqual(before);
  expect(await generations()).toEqual([{ generation: 2 }]);
  expect(await fed.rows("select tablename from pg_tables where schemaname = 'shadow'")).toEqual([]);
  fed.append(lives(1, 'later'));
  await member.drain('meals', 0);
  expect(await verify(mealModel, fed)).toMatchObject({ equal: true, rows: 52 });
});

test('P6 it mends rows that had gone wrong, and only up to the live checkpoint', async () => {
  fed.append(lives(10));
  const member = await fed.member(mealModel);
  await member.deliver('meals', 0, 38);
  const before = await dump();
  await fed.rows("update meal_list set status = 'WRONG'");
  await rebuild(mealModel, fed);
  expect(await dump()).toEqual(before);
});

test('P6 the highest positions and parked events are carried over: parked and discarded ones are not applied', async () => {
  const events = [
    ...lives(3),
    step('MealProduced', 'bad', 10_001, 'poison'),
    step('MealProduced', 'gone', 10_002, 'poison'),
  ];
  fed.append([...events, step('MealShipped', 'bad', 10_003)]);
  await (await fed.member(mealModel)).drain('meals');
  const because = { reason: 'test', actor: 'test' };
  await discardParked(fed.pool, { consumer: 'meal-list', topic: 'meals', stream: 'gone' }, because);
  const before = await dump();
  await rebuild(mealModel, fed);
  fed.append([...events, step('MealStocked', 'bad', 10_004)]);
  await (await fed.member(mealModel)).drain('meals');
  expect(await dump()).toEqual(before);
  expect(await fed.rows('select "offset"::int from dabba.parked_events order by 1')).toEqual(
    [12, 14, 29].map((offset) => ({ offset })),
  );
});

test('P6 readers see whole tables at every moment while the live consumer goes on', async () => {
  fed.append(lives(200));
  const member = await fed.member(mealModel);
  await member.drain('meals');
  let running = true;
  const seen = { reads: 0, least: Number.POSITIVE_INFINITY };
  const reader = (async () => {
    while (running) {
      const [row] = (await fed.pool.query<{ count: number }>('select count(*)::int as count from meal_list'))
        .rows;
      seen.reads += 1;
      seen.least = Math.min(seen.least, row?.count ?? 0);
    }
  })();
  const writer = (async () => {
    for (let round = 0; running; round++) {
      fed.append(lives(3, `live-${round}-`));
      await member.drain('meals', 0, 5);
    }
  })();
  for (let round = 0; round < 3; round++) await rebuild(mealModel, fed);
  running = false;
  await Promise.all([reader, writer]);
  expect(seen.reads).toBeGreaterThan(10);
  expect(seen.least).toBeGreaterThanOrEqual(200);
  expect(await verify(mealModel, fed)).toMatchObject({ equal: true, differences: [] });
  expect(await generations()).toEqual([{ generation: 4 }]);
});

test('P6 while a reader keeps the tables, the swap steps back and comes again', async () => {
  fed.append(lives(5));
  await (await fed.member(mealModel)).drain('meals');
  const reader = await fed.connect();
  await reader.query('begin');
  await reader.query('select * from meal_list');
  const rebuilding = rebuild(mealModel, fed);
  const count = () =>
    fed.rows(
      "select 1 from pg_stat_activity where datname = current_database() and query like 'lock table%' and wait_event_type = 'Lock'",
    );
  await expect.poll(async () => (await count()).length, { timeout: 5_000 }).toBe(1);
  await expect.poll(async () => (await count()).length, { timeout: 5_000 }).toBe(0);
  await reader.query('commit');
  await reader.end();
  expect(await rebuilding).toMatchObject({ events: 20 });
  expect(await verify(mealModel, fed)).toMatchObject({ equal: true });
});

test('P6 an event that newly cannot be folded ends the rebuild and changes nothing', async () => {
  fed.append([step('MealProduced', 'm1', 1)]);
  await (await fed.member(mealModel)).drain('meals');
  const broken = {
    ...mealModel,
    on: {
      MealProduced: () => {
        throw new Error('broken code');
      },
    },
  };
  await expect(rebuild(broken, fed)).rejects.toThrow('broken code');
  expect(await generations()).toEqual([{ generation: 1 }]);
  expect(await fed.rows("select tablename from pg_tables where schemaname = 'shadow'")).toEqual([]);
  expect(await fed.rows('select id from meal_list')).toEqual([{ id: 'm1' }]);
});

test('P7 verify folds exactly to the checkpoint and says which rows differ, touching nothing', async () => {
  fed.append(lives(10));
  const member = await fed.member(mealModel);
  await member.deliver('meals', 0, 30);
  expect(await verify(mealModel, fed)).toMatchObject({ equal: true, events: 30, differenceCount: 0 });
  await fed.rows("update meal_list set price = 1 where id = 'm3'");
  await fed.rows("delete from meal_list where id = 'm4'");
  await fed.rows("insert into meals_by_sku (sku, metro) values ('ghost', 'lviv')");
  const before = await dump();
  const report = await verify(mealModel, fed);
  expect(report).toMatchObject({ equal: false, differenceCount: 3 });
  expect(report.differences).toEqual([
    expect.objectContaining({
      table: 'meal_list',
      key: { id: 'm3' },
      live: expect.objectContaining({ price: 1 }),
    }),
    expect.objectContaining({ table: 'meal_list', key: { id: 'm4' }, live: undefined }),
    expect.objectContaining({
      table: 'meals_by_sku',
      key: { sku: 'ghost', metro: 'lviv' },
      rebuilt: undefined,
    }),
  ]);
  expect(await dump()).toEqual(before);
});

test('P7 rows and checkpoint are of one moment though the live consumer goes on', async () => {
  fed.append(lives(100));
  const member = await fed.member(mealModel);
  await member.deliver('meals', 0, 50);
  let running = true;
  const live = (async () => {
    for (let round = 0; running; round++) {
      fed.append(lives(2, `live-${round}-`));
      await member.drain('meals', 0, 3);
    }
  })();
  for (let round = 0; round < 5; round++)
    expect(await verify(mealModel, fed)).toMatchObject({ equal: true, differences: [] });
  running = false;
  await live;
});

test('P6 P7 rows that left for good stay away: a rebuild makes none of them, verify asks for none', async () => {
  const leaving = {
    ...mealModel,
    tables: {
      ...mealModel.tables,
      meal_list: {
        ...mealModel.tables.meal_list,
        left: "id in (select id from gone where why = 'archived')",
      },
    },
  };
  fed.append(lives(10));
  await (await fed.member(leaving)).drain('meals');
  await fed.rows('create table gone (id text primary key, why text)');
  await fed.rows("insert into gone values ('m1', 'archived'), ('m2', 'lost')");
  await fed.rows("delete from meal_list where id in ('m1', 'm2')");
  const report = await verify(leaving, fed);
  expect(report.differences.map(({ key }) => key)).toEqual([{ id: 'm2' }]);
  await rebuild(leaving, fed);
  expect(await fed.rows("select id from meal_list where id in ('m1', 'm2')")).toEqual([{ id: 'm2' }]);
  expect(await verify(leaving, fed)).toMatchObject({ equal: true });
});
