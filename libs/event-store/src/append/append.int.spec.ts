import type { TestDatabase } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenStore } from '../index.ts';
import { context, newShelf, produced, sell, sold, soldOut, storeDatabase, storeOn } from '../spec/shelf.ts';

let database: TestDatabase;
let store: OpenStore;

beforeAll(async () => {
  database = await storeDatabase('append');
  store = await storeOn(database);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

test('a command appends its events and the state they lead to', async () => {
  const ref = newShelf();
  const made = await store.execute(ref, () => [produced(), produced()], context);
  expect(made).toMatchObject({ refused: false, replayed: false, result: { version: 2, state: { left: 2 } } });
  expect(await store.load(ref)).toEqual({ state: { left: 2, sold: [] }, version: 2 });
  const history = await store.history(ref.id);
  expect(history.map(({ type, meta }) => [type, meta.version, meta.time, meta.actor])).toEqual([
    ['MealProduced', 1, context.now, 'usr_1'],
    ['MealProduced', 2, context.now, 'usr_1'],
  ]);
  expect(history[1]?.meta.position).toBe(made.refused ? undefined : made.position);
  expect(await store.history(ref.id, 1)).toEqual(history.slice(1));
});

test('a refusal changes nothing', async () => {
  const ref = newShelf();
  expect(await store.execute(ref, sell('cus_1'), context)).toEqual(soldOut);
  expect(await store.load(ref)).toEqual({ state: { left: 0, sold: [] }, version: 0 });
});

test('one command may span streams and sees what it appended', async () => {
  const [from, to] = [newShelf(), newShelf()];
  await store.execute(from, () => [produced()], context);
  const moved = await store.transact(
    [from, to],
    (unit) => {
      unit.append(from, [sold('moved')]);
      unit.append(to, [produced()]);
      return unit.load(from).state.left + unit.load(to).state.left;
    },
    context,
  );
  expect(moved).toMatchObject({ result: 1 });
  expect((await store.load(to)).version).toBe(1);
});
