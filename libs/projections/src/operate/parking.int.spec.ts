import { afterEach, beforeEach, expect, test } from 'vitest';
import { Busy, defineReadModel, discardParked, parked, replayParked, showParked } from '../index.ts';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import { mealModel, step } from '../spec/meals.ts';
import { recordOf } from '../spec/world.ts';

let fed: HandFed;
beforeEach(async () => {
  fed = await handFed('parking');
});
afterEach(() => fed.close());

const consumer = 'meal-list';
const meals = () => fed.rows('select id, status from meal_list order by id');
const waiting = async () => (await parked(fed.pool)).map(({ stream, offset }) => `${stream}@${offset}`);

/** The model after somebody mended its fold. */
const mended = defineReadModel({
  ...mealModel,
  on: {
    ...mealModel.on,
    MealProduced({ data, meta }, rows) {
      rows.put('meal_list', {
        id: data.mealId,
        sku: data.sku,
        status: 'PRODUCED',
        history: [],
        fridges: [],
        changed_at: meta.time,
      });
    },
  },
});

const poisoned = [
  step('MealProduced', 'good', 1),
  step('MealProduced', 'bad', 2, 'poison'),
  step('MealShipped', 'bad', 3),
  step('MealShipped', 'good', 4),
  step('MealProduced', 'fine', 5),
];

test('P5 a fold that throws parks its stream from that event on; neighbours go on', async () => {
  fed.append(poisoned);
  await (await fed.member(mealModel)).drain('meals');
  expect(await meals()).toEqual([
    { id: 'fine', status: 'PRODUCED' },
    { id: 'good', status: 'SHIPPED' },
  ]);
  expect(await parked(fed.pool, { consumer })).toMatchObject([
    { stream: 'bad', offset: 1, type: 'MealProduced', error: 'Error: this meal cannot be folded' },
    { stream: 'bad', offset: 2, type: 'MealShipped', error: expect.stringContaining('behind') },
  ]);
});

test('P5 what Postgres refuses is found by halving, and only that stream is parked', async () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    step(
      'MealProduced',
      `m${index}`,
      index + 1,
      index === 17 ? 'a sku that is longer than the column' : 'soup',
    ),
  );
  fed.append([...many, step('MealShipped', 'm17', 41), step('MealShipped', 'm18', 42)]);
  await (await fed.member(mealModel)).drain('meals');
  expect(await waiting()).toEqual(['m17@17', 'm17@40']);
  expect(await fed.rows('select count(*)::int from meal_list')).toEqual([{ count: 39 }]);
  expect(await fed.rows("select status from meal_list where id = 'm18'")).toEqual([{ status: 'SHIPPED' }]);
  expect(await fed.rows('select sum(produced)::int as produced from meals_by_sku')).toEqual([
    { produced: 39 },
  ]);
});

test('P5 bytes that cannot be read park their key, and an event of an unknown type is passed over', async () => {
  const good = recordOf(step('MealProduced', 'm1', 1));
  fed.memory.append([
    { ...good, value: Buffer.from('nonsense') },
    { ...recordOf(step('MealProduced', 'm2', 2)) },
    { ...recordOf(step('MealShipped', 'm1', 3)) },
    { ...good, headers: { ...good.headers, ce_type: 'MealFromTheFuture', position: '4' } },
  ]);
  await (await fed.member(mealModel)).drain('meals');
  expect(await waiting()).toEqual(['m1@0', 'm1@2']);
  expect(await meals()).toEqual([{ id: 'm2', status: 'PRODUCED' }]);
});

test('P5 a patch without its row undoes the rest of its event', async () => {
  fed.append([step('MealSold', 'never-produced', 1), step('MealProduced', 'm1', 2)]);
  await (await fed.member(mealModel)).drain('meals');
  expect(await waiting()).toEqual(['never-produced@0']);
  expect(await fed.rows('select sku, sold::int from meals_by_sku')).toEqual([{ sku: 'soup', sold: 0 }]);
});

test('P4 later events of a parked stream wait in order, over batches; a repetition of a parked one is dropped', async () => {
  fed.append(poisoned);
  const member = await fed.member(mealModel);
  await member.drain('meals');
  fed.append(
    [poisoned[1], step('MealStocked', 'bad', 6), step('MealStocked', 'good', 7)].flatMap((one) => one ?? []),
  );
  await member.drain('meals');
  expect(await waiting()).toEqual(['bad@1', 'bad@2', 'bad@6']);
  expect(await fed.rows("select status from meal_list where id = 'good'")).toEqual([{ status: 'STOCKED' }]);
});

test('P4 replay works in order past the duplicate check and unparks when nothing waits', async () => {
  fed.append(poisoned);
  const member = await fed.member(mealModel);
  await member.drain('meals');
  expect(await replayParked(mealModel, fed)).toEqual({
    replayed: 0,
    stuck: [{ stream: 'bad', topic: 'meals', error: 'Error: this meal cannot be folded' }],
  });
  expect(await waiting()).toHaveLength(2);
  expect(await replayParked(mended, fed, 'bad')).toEqual({ replayed: 2, stuck: [] });
  expect(await waiting()).toEqual([]);
  fed.append([step('MealStocked', 'bad', 6)]);
  await member.drain('meals');
  expect(await meals()).toContainEqual({ id: 'bad', status: 'STOCKED' });
});

test('P4 an event that arrives during a replay waits for its end and is then handled, neither orphaned nor ahead', async () => {
  fed.append(poisoned);
  const member = await fed.member(mealModel);
  await member.drain('meals');
  // A slow replay: its write to the table has to wait for this lock.
  const slow = await fed.connect();
  await slow.query('begin');
  await slow.query('lock table meal_list in share mode');
  const replay = replayParked(mended, fed);
  await expect.poll(() => waitingOn('insert into public."meal_list"%')).toBe(1);
  fed.append([step('MealStocked', 'bad', 6)]);
  const live = member.drain('meals');
  await expect.poll(() => waitingOn('select parked, gaps from dabba.advance%')).toBe(1);
  await slow.query('commit');
  await slow.end();
  expect(await replay).toEqual({ replayed: 2, stuck: [] });
  await live;
  expect(await waiting()).toEqual([]);
  expect(await meals()).toContainEqual({ id: 'bad', status: 'STOCKED' });
});

test('P4 a replay waits for a batch in flight and takes what it parked', async () => {
  fed.append(poisoned);
  const member = await fed.member(mealModel);
  await member.drain('meals');
  const slow = await fed.connect();
  await slow.query('begin');
  await slow.query('lock table meal_list in share mode');
  fed.append([step('MealStocked', 'bad', 6), step('MealStocked', 'good', 7)]);
  const live = member.drain('meals');
  await expect.poll(() => waitingOn('insert into public."meal_list"%')).toBe(1);
  const replay = replayParked(mended, fed);
  await expect.poll(() => waitingOn('select from dabba.parked_streams%')).toBe(1);
  await slow.query('commit');
  await slow.end();
  await live;
  expect(await replay).toEqual({ replayed: 3, stuck: [] });
  expect(await meals()).toContainEqual({ id: 'bad', status: 'STOCKED' });
});

test('P5 a discard is recorded with its reason, and what was behind it can be replayed', async () => {
  fed.append([...poisoned, step('MealProduced', 'bad', 6)]);
  await (await fed.member(mealModel)).drain('meals');
  const [first, second] = await showParked(fed.pool, fed.registry, { consumer, stream: 'bad' });
  expect(first?.event).toMatchObject({ type: 'MealProduced', data: { mealId: 'bad', sku: 'poison' } });
  const because = { reason: 'made by mistake', actor: 'olena' };
  for (const event of [first, second]) {
    const filter = { consumer, topic: 'meals', stream: 'bad', eventId: event?.eventId ?? '' };
    expect(await discardParked(fed.pool, filter, because)).toBe(1);
  }
  expect(await replayParked(mealModel, fed)).toEqual({ replayed: 1, stuck: [] });
  expect(await meals()).toContainEqual({ id: 'bad', status: 'PRODUCED' });
  expect(
    await fed.rows('select "offset"::int, reason, actor from dabba.discarded_events order by 1'),
  ).toEqual([
    { offset: 1, ...because },
    { offset: 2, ...because },
  ]);
});

test('P4 nothing is replayed or discarded while the model is rebuilt', async () => {
  fed.append(poisoned);
  await (await fed.member(mealModel)).drain('meals');
  const rebuilding = await fed.connect();
  await rebuilding.query(`select pg_advisory_lock(hashtextextended('dabba rebuild ' || $1, 0))`, [consumer]);
  await expect(replayParked(mended, fed)).rejects.toBeInstanceOf(Busy);
  await rebuilding.end();
});

async function waitingOn(query: string): Promise<number> {
  const { rows } = await fed.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
    [query],
  );
  return rows[0]?.count ?? 0;
}
