import { expect, test } from 'vitest';
import { batcher, type Outcome } from './batcher.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const double = (batches: number[][]) => async (items: readonly number[]) => {
  batches.push([...items]);
  await turn();
  return items.map((item): Outcome<number> => ({ ok: true, value: 2 * item }));
};

test('what comes while a batch is in flight goes together in the next', async () => {
  const batches: number[][] = [];
  const add = batcher(double(batches), { most: 10 });
  const first = add(1);
  await turn();
  const rest = [2, 3, 4].map(add);
  expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8]);
  expect(batches).toEqual([[1], [2, 3, 4]]);
});

test('a batch is bounded in number and in bytes; what is larger than a batch goes alone', async () => {
  const batches: number[][] = [];
  const add = batcher(double(batches), { most: 3, size: (item) => item, mostBytes: 10 });
  await Promise.all([1, 1, 1, 1, 50, 6, 4, 1].map(add));
  expect(batches).toEqual([[1, 1, 1], [1], [50], [6, 4], [1]]);
});

test('items fail alone, and together when the batch does', async () => {
  const add = batcher(
    async (items: readonly number[]) => {
      if (items.includes(0)) throw new Error('all of it');
      return items.map(
        (item): Outcome<number> =>
          item === 2 ? { ok: false, error: new Error('this one') } : { ok: true, value: item },
      );
    },
    { most: 10 },
  );
  const settled = await Promise.allSettled([1, 2, 3].map(add));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(Promise.all([0, 1].map(add))).rejects.toThrow('all of it');
  expect(await add(5)).toBe(5);
});

test('where many come they gather for the next batch, one alone does not wait', async () => {
  const batches: number[][] = [];
  const add = batcher(double(batches), { most: 10, linger: 20 });
  await Promise.all([1, 2].map(add));
  const third = add(3);
  await turn();
  expect(batches).toEqual([[1, 2]]);
  await Promise.all([third, add(4)]);
  await Promise.all([add(5)]);
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  await add(6);
  const alone = add(7);
  await turn();
  expect(batches.at(-1)).toEqual([7]);
  await alone;
});
