import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineReadModel } from '../define.ts';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import { step } from '../spec/meals.ts';

/** Cares for one type among many. */
const sales = defineReadModel({
  name: 'sales',
  topics: ['meals'],
  tables: {
    sales: {
      kind: 'counters',
      key: ['sku'],
      create(table) {
        table.text('sku').primary();
        table.integer('sold').notNullable();
      },
    },
  },
  on: {
    MealSold: ({ data }, rows) => rows.add('sales', { sku: data.sku }, { sold: 1 }),
  },
});

let fed: HandFed;
beforeEach(async () => {
  fed = await handFed('idle');
});
afterEach(() => fed.close());

const stored = () => fed.rows('select partition, next::int from dabba.checkpoints order by partition');
const sold = () => fed.rows('select sku, sold from sales');
const produced = (count: number, partition = 0, from = 1) =>
  Array.from({ length: count }, (_, index) =>
    step('MealProduced', `m${partition}-${from + index}`, from + index, 'soup', partition),
  );

test('P1 what holds nothing for the model moves the checkpoint without a transaction, and is stored soon after', async () => {
  fed.append(produced(5));
  const member = await fed.member(sales);
  await member.deliver('meals');
  expect(await stored()).toEqual([{ partition: 0, next: 0 }]);
  await expect.poll(stored, { timeout: 5_000 }).toEqual([{ partition: 0, next: 5 }]);
});

test('P1 P2 the next event that matters is applied from the stored checkpoint, past what was skipped', async () => {
  fed.append([...produced(5), step('MealSold', 'm0-1', 6)]);
  const member = await fed.member(sales);
  await member.deliver('meals', 0, 5);
  await member.deliver('meals', 0);
  expect(await stored()).toEqual([{ partition: 0, next: 6 }]);
  expect(await sold()).toEqual([{ sku: 'soup', sold: 1 }]);
});

test('P2 a zombie that only skipped does not come in the way of its heir', async () => {
  fed.append([...produced(5), step('MealSold', 'm0-1', 6)]);
  const zombie = await fed.member(sales);
  await zombie.deliver('meals', 0, 5);
  const heir = await fed.member(sales);
  await heir.deliver('meals');
  await expect(zombie.deliver('meals')).rejects.toThrow(/no longer/);
  expect(await sold()).toEqual([{ sku: 'soup', sold: 1 }]);
});

test('P2 partitions that share a transaction: the one that comes late does not hold up the others', async () => {
  fed.append([0, 1, 2, 3].flatMap((partition) => [step('MealSold', `m${partition}`, 1, 'soup', partition)]));
  const [late, heir] = [await fed.member(sales), await fed.member(sales)];
  await Promise.all([0, 1, 2, 3].map((partition) => late.assign('meals', partition)));
  await heir.deliver('meals', 2);
  const outcomes = await Promise.allSettled(
    [0, 1, 2, 3].map((partition) => late.deliver('meals', partition)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await sold()).toEqual([{ sku: 'soup', sold: 4 }]);
});

test('P5 partitions that share a transaction: what Postgres refuses in one is parked there alone', async () => {
  await fed.member(sales);
  await fed.rows(`alter table sales add constraint small check (sku <> 'bad')`);
  fed.append(
    [0, 1, 2].map((partition) =>
      step('MealSold', `m${partition}`, 1, partition === 1 ? 'bad' : 'soup', partition),
    ),
  );
  const member = await fed.member(sales);
  await Promise.all([0, 1, 2].map((partition) => member.deliver('meals', partition)));
  expect(await sold()).toEqual([{ sku: 'soup', sold: 2 }]);
  expect(await fed.rows('select stream, partition from dabba.parked_events')).toEqual([
    { stream: 'm1', partition: 1 },
  ]);
});
