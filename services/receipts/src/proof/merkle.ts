import { createHash } from 'node:crypto';

/** The tree of RFC 6962, SHA-256: leaves and nodes are hashed with different prefixes, so that neither passes for the other. */

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

export function leafHash(leaf: string | Buffer): Buffer {
  return createHash('sha256').update(leafPrefix).update(leaf).digest();
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

/** Root over leaf hashes; of none it is the hash of nothing. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (!first) return createHash('sha256').digest();
  return levelsOf(hashes).at(-1)?.[0] ?? first;
}

/** The hashes beside the way from a leaf to the root, from below. */
export function pathOf(hashes: readonly Buffer[], index: number): Buffer[] {
  return pathIn(levelsOf(hashes), index);
}

export type Levels = readonly (readonly Buffer[])[];

/** Of a tree that was built before. */
export function pathIn(levels: Levels, index: number): Buffer[] {
  const [leaves = []] = levels;
  if (!(index in leaves)) throw new RangeError(`There is no leaf ${index} of ${leaves.length}`);
  return levels.flatMap((level, height) => {
    const beside = level[Math.floor(index / 2 ** height) ^ 1];
    return beside ? [beside] : [];
  });
}

/** Where the way from a leaf leads; undefined where the path cannot be one of a tree of this size. */
export function rootFrom(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
): Buffer | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return undefined;
  let hash = leaf;
  let used = 0;
  for (let at = index, last = size - 1; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    const right = at % 2 === 1;
    // The last of an odd level has nobody beside it, and goes up as it is.
    if (!right && at === last) continue;
    const beside = path[used++];
    if (!beside) return undefined;
    hash = right ? nodeHash(beside, hash) : nodeHash(hash, beside);
  }
  return used === path.length ? hash : undefined;
}

/** From the leaves to the root; a last one without a partner is its own node above. */
export function levelsOf(hashes: readonly Buffer[]): Levels {
  const levels = [hashes];
  for (let level = hashes; level.length > 1; ) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left) above.push(right ? nodeHash(left, right) : left);
    }
    levels.push(above);
    level = above;
  }
  return levels;
}
