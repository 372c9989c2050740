import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineReadModel } from '../define.ts';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import type { Draft } from '../spec/world.ts';

const beats = defineReadModel({
  name: 'beats',
  topics: ['fridge-facts'],
  tables: {
    beats: {
      kind: 'counters',
      key: ['seq'],
      create(table) {
        table.bigInteger('seq').primary();
        table.integer('times').notNullable().defaultTo(0);
      },
    },
  },
  on: {
    FridgeMealStocked: ({ data }, rows) => rows.add('beats', { seq: data.seq }, { times: 1 }),
  },
});

const fact = (seq: number, boot = 1): Draft => ({
  type: 'FridgeMealStocked',
  data: { device: 'f1', boot, seq, mealId: 'm1', observedAt: 1 },
  stream: 'f1',
  source: `f1/${boot}`,
  position: seq,
});
const passedOver = (seq: number): Draft => ({
  type: 'FridgeHeartbeat',
  data: { device: 'f1', boot: 1, seq, temperatureCelsius: 4, observedAt: 1 },
  stream: 'f1',
  source: 'f1/1',
  position: seq,
});

let fed: HandFed;
beforeEach(async () => {
  fed = await handFed('facts');
});
afterEach(() => fed.close());

test('B3 a late fact fills its hole, a second copy is dropped, over restarts', async () => {
  fed.append([fact(1), fact(4), fact(4), fact(2)]);
  await (await fed.member(beats)).drain('fridge-facts', 0, 2);
  expect(await fed.rows('select highest::int, missing from dabba.fact_gaps')).toEqual([
    { highest: 4, missing: [[3, 3]] },
  ]);
  fed.append([fact(2), fact(3), fact(1), fact(3), fact(5)]);
  await (await fed.member(beats)).drain('fridge-facts', 0, 2);
  expect(await fed.rows('select seq::int, times from beats order by seq')).toEqual(
    [1, 2, 3, 4, 5].map((seq) => ({ seq, times: 1 })),
  );
});

test('B3 each start of a device counts anew, and facts passed over leave no holes', async () => {
  fed.append([fact(1), passedOver(2), passedOver(3), fact(4), fact(1, 2)]);
  await (await fed.member(beats)).drain('fridge-facts');
  expect(await fed.rows('select seq::int, times from beats order by seq')).toEqual([
    { seq: 1, times: 2 },
    { seq: 4, times: 1 },
  ]);
  expect(await fed.rows('select source, highest::int, missing from dabba.fact_gaps order by source')).toEqual(
    [
      { source: 'f1/1', highest: 4, missing: [] },
      { source: 'f1/2', highest: 1, missing: [] },
    ],
  );
});
