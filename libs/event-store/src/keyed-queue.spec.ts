import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('work that shares a key never overlaps and keeps its order; all of it is done', async () => {
  const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(keys, { maxLength: 20 }), async (works) => {
      const queue = new KeyedQueue();
      const held = new Set<string>();
      const order = new Map<'a' | 'b' | 'c' | 'd', number[]>();
      await Promise.all(
        works.map((wanted, n) =>
          queue.hold(wanted, async () => {
            for (const key of wanted) {
              expect(held.has(key)).toBe(false);
              held.add(key);
              order.set(key, [...(order.get(key) ?? []), n]);
            }
            await turn();
            for (const key of wanted) held.delete(key);
          }),
        ),
      );
      for (const [key, ran] of order)
        expect(ran).toEqual(works.flatMap((wanted, n) => (wanted.includes(key) ? [n] : [])));
    }),
  );
});

test('what fails lets the next one go on', async () => {
  const queue = new KeyedQueue();
  const failed = queue.hold(['a'], async () => {
    throw new Error('broken');
  });
  const next = queue.hold(['a'], async () => 'done');
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
