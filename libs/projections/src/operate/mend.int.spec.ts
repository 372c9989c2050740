import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTables, type ReadModel, startReadModel, verify } from '../index.ts';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import { life, mealModel, step } from '../spec/meals.ts';
import { isOutdated } from '../tables/origin.ts';

let fed: HandFed;
const lines: string[] = [];
beforeEach(async () => {
  lines.length = 0;
  fed = await handFed('mend');
});
afterEach(() => fed.close());

const told = (_about: object, message: string) => void lines.push(message);
const log = { debug() {}, info: told, warn: told, error: told };
let position = 0;
const lives = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).flatMap((id) =>
    life.map((type) => {
      position += 1;
      return step(type, id, position);
    }),
  );
/** As the next release has it: one column more. */
const grown: ReadModel = {
  ...mealModel,
  tables: {
    ...mealModel.tables,
    meal_list: {
      ...mealModel.tables.meal_list,
      create(table) {
        mealModel.tables.meal_list.create(table);
        table.text('lot_id');
      },
    },
  },
  on: {
    ...mealModel.on,
    MealSold: ({ data }, rows) =>
      rows.patch('meal_list', { id: data.mealId }, { status: 'SOLD', lot_id: data.lotId }),
  },
};
const whole = (model: ReadModel) =>
  until('it is this release’s', async () => !(await isOutdated(model, fed.pool)));
/** Not while it still has the lock of the rebuild. */
const equal = (model: ReadModel, rows: number) =>
  until('it equals a fold of the log', async () => {
    const report = await verify(model, fed).catch(() => undefined);
    return report?.equal === true && report.rows === rows;
  });
const lots = () => fed.rows('select distinct lot_id from meal_list');

/** Folded by the release before, and live. */
async function before(): Promise<void> {
  fed.append(lives(5, 'old'));
  await (await fed.member(mealModel)).drain('meals');
}

test('P6 tables of an older release are folded anew at the start by themselves, and the service goes on', async () => {
  await before();
  const consumer = await startReadModel(grown, { ...fed, log });
  await whole(grown);
  expect(await lots()).toEqual([{ lot_id: 'lot-1' }]);
  await vi.waitFor(() => expect(lines.filter((line) => line.includes('folded anew'))).toHaveLength(2));
  fed.append(lives(2, 'new'));
  await fed.memory.members.at(-1)?.drain('meals');
  await equal(grown, 8);
  await consumer.stop();
  const again = await startReadModel(grown, { ...fed, log });
  await again.stop();
  expect(lines.filter((line) => line.includes('folded anew'))).toHaveLength(2);
});

test.each([
  ['a column is missing', 'alter table meal_list drop column price'],
  ['a table is missing', 'drop table meals_by_sku'],
  ['all tables are gone, and the checkpoints are not', 'drop table meal_list, meals_by_sku'],
])('so are those of a database that does not say what made them, where %s', async (_what, change) => {
  await before();
  await fed.rows('delete from dabba.read_models');
  await fed.rows(change);
  await createTables(mealModel, fed.pool);
  await fed.member(mealModel);
  await whole(mealModel);
  await equal(mealModel, 6);
});

test('and left as they are where they fit', async () => {
  await before();
  await fed.rows('delete from dabba.read_models');
  await fed.member(mealModel);
  expect(await isOutdated(mealModel, fed.pool)).toBe(false);
  expect(await fed.rows('select distinct generation from dabba.checkpoints')).toEqual([{ generation: 1 }]);
});

test('a revision says that the same tables hold something else now', async () => {
  await before();
  const wiser: ReadModel = {
    ...mealModel,
    revision: 2,
    on: {
      ...mealModel.on,
      MealSold: ({ data }, rows) => rows.patch('meal_list', { id: data.mealId }, { status: 'EATEN' }),
    },
  };
  await fed.member(wiser);
  await whole(wiser);
  expect(await fed.rows('select distinct status from meal_list')).toEqual([{ status: 'EATEN' }]);
});

test('P2 the code of the older release folds nothing into the tables of the newer one', async () => {
  await before();
  const [old] = fed.memory.members;
  await fed.member(grown);
  await whole(grown);
  fed.append(lives(1, 'new'));
  await expect(async () => {
    for (let tries = 0; tries < 3; tries++) await old?.deliver('meals').catch(ignoreReassess);
  }).rejects.toThrow('another release');
  expect(await lots()).toEqual([{ lot_id: 'lot-1' }]);
});

function ignoreReassess(error: unknown): void {
  if (!(error instanceof Error && error.name === 'Reassess')) throw error;
}

test('what cannot be folded anew is said with the command, and nothing is changed', async () => {
  await before();
  const broken: ReadModel = {
    ...grown,
    on: {
      MealProduced() {
        throw new Error('broken code');
      },
    },
  };
  const consumer = await startReadModel(broken, { ...fed, log });
  await until('it says so', () =>
    lines.some((line) => line.includes('by hand: dabba read-model rebuild meal-list')),
  );
  await consumer.stop();
  expect(await fed.rows('select count(*)::int as meals from meal_list')).toEqual([{ meals: 5 }]);
});
