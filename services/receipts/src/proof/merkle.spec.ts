import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, nodeHash, pathOf, rootFrom, rootOf } from './merkle.ts';

/** Leaves and roots of the trees of sizes 0 to 8 that implementations of RFC 6962 are tested with. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));

/** As the RFC defines it, word by word: split at the largest power of two below the size. */
function byDefinition(all: readonly Buffer[]): Buffer {
  const [first] = all;
  if (!first) return rootOf([]);
  if (all.length === 1) return first;
  let split = 1;
  while (split * 2 < all.length) split *= 2;
  return nodeHash(byDefinition(all.slice(0, split)), byDefinition(all.slice(split)));
}

const tree = fc
  .integer({ min: 1, max: 300 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }), other: fc.nat() }));
const leavesOf = (size: number) => Array.from({ length: size }, (_, n) => leafHash(`leaf ${n}`));

describe('the tree of RFC 6962', () => {
  it.each(roots.map((root, size) => [size, root] as const))(
    'of %i known leaves has its known root',
    (size, root) => {
      expect(rootOf(hashes.slice(0, size)).toString('hex')).toBe(root);
    },
  );

  it('gives the known paths', () => {
    const path = (index: number, size: number) =>
      pathOf(hashes.slice(0, size), index).map((each) => each.toString('hex'));
    expect(path(0, 1)).toEqual([]);
    expect(path(0, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(path(2, 3)).toEqual(['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']);
  });

  it('is the one the RFC defines, at any size', () => {
    fc.assert(
      fc.property(tree, ({ size }) => {
        const all = leavesOf(size);
        expect(rootOf(all)).toEqual(byDefinition(all));
      }),
    );
  });

  it('every leaf of any size leads to the root; any other does not, nor from another place, nor by another path', () => {
    fc.assert(
      fc.property(tree, ({ size, index, other }) => {
        const all = leavesOf(size);
        const root = rootOf(all);
        const path = pathOf(all, index);
        const leaf = all[index] ?? expect.fail('no leaf');
        expect(rootFrom(leaf, index, size, path)).toEqual(root);
        expect(rootFrom(leafHash('another'), index, size, path)).not.toEqual(root);
        const elsewhere = other % size;
        if (elsewhere !== index) expect(rootFrom(leaf, elsewhere, size, path)).not.toEqual(root);
        expect(rootFrom(leaf, index, size, [...path, leaf])).toBeUndefined();
        if (path.length > 0) {
          expect(rootFrom(leaf, index, size, path.slice(1))).toBeUndefined();
          const wrong = path.with(other % path.length, leafHash('wrong'));
          expect(rootFrom(leaf, index, size, wrong)).not.toEqual(root);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('knows no leaf outside of the tree', () => {
    const leaf = leafHash('leaf 0');
    expect(rootFrom(leaf, 1, 1, [])).toBeUndefined();
    expect(rootFrom(leaf, -1, 1, [])).toBeUndefined();
    expect(rootFrom(leaf, 0.5, 1, [])).toBeUndefined();
    expect(rootFrom(leaf, 0, Number.NaN, [])).toBeUndefined();
    expect(() => pathOf([leaf], 1)).toThrow(RangeError);
  });
});
