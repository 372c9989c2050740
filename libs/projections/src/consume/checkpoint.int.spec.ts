import { Reassess } from '@dabba/kafka';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandFed, handFed } from '../spec/hand-fed.ts';
import { life, mealModel, step } from '../spec/meals.ts';
import { recordOf } from '../spec/world.ts';

let fed: HandFed;
beforeEach(async () => {
  fed = await handFed('checkpoint');
});
afterEach(() => fed.close());

const counters = () => fed.rows('select sku, produced::int, sold::int from meals_by_sku order by sku');

test('P1 a new process begins at the stored checkpoint and what lies below it is not folded again', async () => {
  fed.append(life.map((type, index) => step(type, 'm1', index + 1)));
  const first = await fed.member(mealModel);
  await first.deliver('meals', 0, 3);
  const second = await fed.member(mealModel);
  expect(await second.assign('meals')).toBe(3);
  await second.drain('meals');
  expect(await counters()).toEqual([{ sku: 'soup', produced: 1, sold: 1 }]);
});

test('P2 a zombie that comes late changes nothing and is told to look again', async () => {
  fed.append(life.map((type, index) => step(type, 'm1', index + 1)));
  const zombie = await fed.member(mealModel);
  const heir = await fed.member(mealModel);
  await Promise.all([zombie.assign('meals'), heir.assign('meals')]);
  await heir.deliver('meals', 0, 4);
  await expect(zombie.deliver('meals', 0, 1)).rejects.toBeInstanceOf(Reassess);
  expect(await counters()).toEqual([{ sku: 'soup', produced: 1, sold: 1 }]);
  expect(await zombie.assign('meals')).toBe(4);
});

test('P2 two members at once apply a batch once', async () => {
  fed.append(Array.from({ length: 50 }, (_, index) => step('MealProduced', `m${index}`, index + 1)));
  const members = [await fed.member(mealModel), await fed.member(mealModel), await fed.member(mealModel)];
  await Promise.all(members.map((member) => member.assign('meals')));
  const outcomes = await Promise.allSettled(members.map((member) => member.deliver('meals')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await counters()).toEqual([{ sku: 'soup', produced: 50, sold: 0 }]);
});

test('P2 gaps in offsets are legal', async () => {
  const member = await fed.member(mealModel);
  fed.memory.append([recordOf(step('MealProduced', 'm1', 1))], 3);
  fed.memory.append([recordOf(step('MealProduced', 'm2', 2))], 5);
  await member.drain('meals', 0, 1);
  expect(await fed.rows('select next::int from dabba.checkpoints')).toEqual([{ next: 10 }]);
  expect(await counters()).toEqual([{ sku: 'soup', produced: 2, sold: 0 }]);
});

test('K3 what a relay sends again is dropped, within a batch and after a restart, other sources are not', async () => {
  const relay = [1, 2, 3].map((position) => step('MealProduced', `m${position}`, position));
  const other = { ...step('MealProduced', 'other', 2), source: 'another-store' };
  fed.append([...relay, ...relay.slice(1)]);
  await (await fed.member(mealModel)).drain('meals');
  fed.append([...relay, other, step('MealProduced', 'm4', 4)]);
  await (await fed.member(mealModel)).drain('meals');
  expect(await counters()).toEqual([{ sku: 'soup', produced: 5, sold: 0 }]);
});

test('rows and checkpoint commit together: a crash in between leaves neither', async () => {
  fed.append([step('MealProduced', 'm1', 1)]);
  const member = await fed.member(mealModel);
  await fed.rows(
    `create function no() returns trigger language plpgsql as $$ begin raise 'away' using errcode = '57P01'; end $$`,
  );
  await fed.rows('create trigger no before insert on meals_by_sku for each row execute function no()');
  await expect(member.deliver('meals')).rejects.toThrow('away');
  expect(await fed.rows('select id from meal_list')).toEqual([]);
  expect(await fed.rows('select * from dabba.parked_events')).toEqual([]);
  await fed.rows('drop trigger no on meals_by_sku');
  await member.deliver('meals');
  expect(await counters()).toEqual([{ sku: 'soup', produced: 1, sold: 0 }]);
});
