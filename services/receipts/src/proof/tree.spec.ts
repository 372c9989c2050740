import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leafHash, rootFrom, rootOf } from './merkle.ts';
import { type Entry, keepTree, placeIn } from './tree.ts';

const day = '2026-11-20';
const idOf = (n: number) => `01a1fe51-0000-7000-8000-${(2 * n).toString(16).padStart(12, '0')}`;

function memory() {
  const objects = new Map<string, Buffer>();
  return {
    objects,
    put: async (key: string, content: Buffer | { path: string }) => {
      if (!Buffer.isBuffer(content)) throw new Error('A file');
      objects.set(key, content);
    },
    get: async (key: string) => objects.get(key),
  };
}

async function* entriesOf(size: number): AsyncGenerator<Entry> {
  for (let n = 0; n < size; n++) yield { id: idOf(n), hash: leafHash(`leaf ${n}`) };
}

it('in tiles of any size it is the tree of RFC 6962, and every leaf leads to its root', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 70 }), fc.constantFrom(1, 2, 4, 8, 64), async (size, tile) => {
      const store = memory();
      const tree = await keepTree(store, day, entriesOf(size), tile);
      const hashes = Array.from({ length: size }, (_, n) => leafHash(`leaf ${n}`));
      expect(tree).toMatchObject({ size, root: rootOf(hashes).toString('hex') });
      for (const [n, hash] of hashes.entries()) {
        const place = await placeIn(store, day, idOf(n));
        expect(place).toMatchObject({ index: n, size });
        expect(rootFrom(hash, n, size, place?.path ?? [])?.toString('hex')).toBe(tree.root);
      }
    }),
    { numRuns: 60 },
  );
});

it('has no place for what did not come, and writes the same again', async () => {
  const store = memory();
  await keepTree(store, day, entriesOf(20), 4);
  const before = new Map(store.objects);
  for (const id of ['00000000-0000-7000-8000-000000000000', idOf(3.5), idOf(20)])
    expect(await placeIn(store, day, id)).toBeUndefined();
  await keepTree(store, day, entriesOf(20), 4);
  expect(store.objects).toEqual(before);
  expect([...before.keys()].filter((key) => key.includes('.leaves.'))).toHaveLength(5);
});

it('says so where the store has lost it', async () => {
  const store = memory();
  await keepTree(store, day, entriesOf(5), 4);
  store.objects.delete(`proofs/${day}.leaves.00001`);
  await expect(placeIn(store, day, idOf(4))).rejects.toThrow('not where they were put');
  await expect(placeIn(store, '2026-11-21', idOf(4))).rejects.toThrow('not where it was put');
});
