import type { Recorded } from '@dabba/contracts';
import { expect, test } from 'vitest';
import { mealModel, type Step, step } from '../spec/meals.ts';
import { kindOf } from '../tables/cells.ts';
import type { Column, Shape } from '../tables/shape.ts';
import type { Cell } from '../types.ts';
import { applyAll, ask, blankSheets } from './fold.ts';

const column = (name: string, type: string, isKey = false, fallback: Cell = null): Column => ({
  name,
  type,
  kind: kindOf(type),
  isKey,
  fallback,
});

function shape(table: string, kind: Shape['kind'], columns: Column[]): Shape {
  const byName = new Map(columns.map((one) => [one.name, one]));
  return { table, kind, columns, key: columns.filter(({ isKey }) => isKey), byName };
}

const shapes = new Map([
  [
    'meal_list',
    shape('meal_list', 'rows', [
      column('id', 'text', true),
      column('sku', 'text'),
      column('status', 'text'),
      column('history', 'jsonb'),
      column('fridges', '_text'),
      column('changed_at', 'timestamptz'),
      column('price', 'int8'),
      column('touched', 'bool', false, false),
    ]),
  ],
  [
    'meals_by_sku',
    shape('meals_by_sku', 'counters', [
      column('sku', 'text', true),
      column('metro', 'text', true),
      column('produced', 'int8'),
      column('sold', 'int8'),
    ]),
  ],
]);

function placed(type: Step, mealId: string, position: number, sku = 'soup') {
  const { data } = step(type, mealId, position, sku);
  const meta = {
    id: `e${position}`,
    source: 's',
    stream: mealId,
    streamType: 'meal',
    version: position,
    position,
    metro: 'lviv',
    time: position,
  };
  const event = { type, data, meta };
  if (!isRecorded(event)) throw new Error('not an event');
  return { event, offset: position };
}
const isRecorded = (event: { type: string }): event is Recorded => event.type.startsWith('Meal');

function fold(events: ReturnType<typeof placed>[]) {
  const sheets = blankSheets(shapes, true);
  const failures = applyAll(ask(mealModel, shapes, events), sheets);
  return { failures, pending: [...sheets.values()].map((sheet) => sheet.take()) };
}

test('P8 events on one row become one row to write, events on one counter one sum', () => {
  const { failures, pending } = fold([
    placed('MealProduced', 'm1', 1),
    placed('MealShipped', 'm1', 2),
    placed('MealSold', 'm1', 3),
    placed('MealProduced', 'm2', 4),
    placed('MealUnexplained', 'm2', 5),
  ]);
  expect(failures).toEqual([]);
  const [meals, counters] = pending;
  expect(meals?.rows).toMatchObject([
    { id: 'm1', status: 'SOLD', price: 1250, changed_at: new Date(2), touched: false },
  ]);
  expect(meals?.removed).toEqual([['m2']]);
  expect(counters?.sums).toEqual([{ sku: 'soup', metro: 'lviv', produced: 2, sold: 1 }]);
});

test('P5 an event that fails half way changes nothing, what follows it on its stream waits', () => {
  const { failures, pending } = fold([
    placed('MealProduced', 'm1', 1),
    placed('MealProduced', 'bad', 2, 'poison'),
    placed('MealShipped', 'bad', 3),
    placed('MealSold', 'absent', 4),
    placed('MealShipped', 'm1', 5),
  ]);
  expect(failures.map(({ placed: { offset }, error }) => [offset, error])).toEqual([
    [2, 'Error: this meal cannot be folded'],
    [3, 'behind e2'],
    [4, 'Error: meal_list: there is no row absent to patch'],
  ]);
  expect(pending[0]?.rows).toMatchObject([{ id: 'm1', status: 'SHIPPED' }]);
  expect(pending[1]?.sums).toEqual([{ sku: 'soup', metro: 'lviv', produced: 1, sold: 0 }]);
});
