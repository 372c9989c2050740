import { keepNewest } from '@dabba/event-store';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ObjectStore } from '../archive/objects.ts';
import { Hash } from './bundle.ts';
import { type Levels, levelsOf, pathIn, pathOf, rootOf } from './merkle.ts';

/** Leaves of a tile: a power of two, so that the root of a full tile is a node of the day's tree. A proof takes hashing one of them. */
const tileSize = 1_024;
const idBytes = 16;
const entryBytes = idBytes + 32;

const Tree = Type.Object({
  day: Type.String(),
  size: Type.Integer(),
  root: Hash,
  tile_size: Type.Integer(),
  /** Each with the id of its first leaf, and its root. */
  tiles: Type.Array(Type.Object({ first: Type.String(), root: Hash })),
});
export type Tree = Static<typeof Tree>;
const checked = Compile(Tree);

/** A receipt's id and the hash of its leaf. */
export interface Entry {
  id: string;
  hash: Buffer;
}

type Objects = Pick<ObjectStore, 'put' | 'get'>;

const treeKey = (day: string) => `proofs/${day}.tree.json`;
const tileKey = (day: string, tile: number) => `proofs/${day}.leaves.${String(tile).padStart(5, '0')}`;
export const rootKey = (day: string) => `proofs/${day}.root.jws`;

/** Keeps the leaves of a day in tiles, and what is above them. Again with the same leaves it writes the same. */
export async function keepTree(
  objects: Objects,
  day: string,
  entries: AsyncIterable<Entry>,
  leavesOfTile = tileSize,
): Promise<Tree> {
  const tiles: { first: string; root: string }[] = [];
  let size = 0;
  let tile: Entry[] = [];
  const keep = async () => {
    const [first] = tile;
    if (!first) return;
    const bytes = Buffer.concat(tile.flatMap(({ id, hash }) => [bytesOf(id), hash]));
    await objects.put(tileKey(day, tiles.length), bytes);
    tiles.push({ first: first.id, root: rootOf(tile.map(({ hash }) => hash)).toString('hex') });
    tile = [];
  };
  for await (const entry of entries) {
    size += 1;
    tile.push(entry);
    if (tile.length === leavesOfTile) await keep();
  }
  await keep();
  const root = rootOf(tiles.map((one) => Buffer.from(one.root, 'hex'))).toString('hex');
  const tree: Tree = { day, size, root, tile_size: leavesOfTile, tiles };
  await objects.put(treeKey(day), Buffer.from(JSON.stringify(tree)));
  return tree;
}

export interface Place {
  index: number;
  size: number;
  /** From below. */
  path: Buffer[];
}

/** Where a receipt's leaf is; undefined where it is not in the tree of this day. @throws where the tree is not what it was */
export async function placeIn(objects: Objects, day: string, id: string): Promise<Place | undefined> {
  const { tree, levels } = await treeOf(objects, day);
  const number = tree.tiles.findLastIndex(({ first }) => first <= id);
  if (number < 0) return undefined;
  const bytes = await objects.get(tileKey(day, number));
  if (!bytes) throw new Error(`The leaves of ${day} are not where they were put`);
  const within = find(bytes, bytesOf(id));
  if (within === undefined) return undefined;
  return {
    index: number * tree.tile_size + within,
    size: tree.size,
    path: [...pathOf(hashesIn(bytes), within), ...pathIn(levels, number)],
  };
}

interface Built {
  tree: Tree;
  /** From the roots of tiles upwards. */
  levels: Levels;
}

/** Days whose trees are remembered: those that were asked for last. */
const remembered = 16;
const built = new WeakMap<Objects, Map<string, Promise<Built>>>();

/** What is above the tiles; it never changes once the day is closed. */
async function treeOf(objects: Objects, day: string): Promise<Built> {
  const days = built.get(objects) ?? new Map<string, Promise<Built>>();
  built.set(objects, days);
  const found = days.get(day) ?? build(objects, day);
  keepNewest(days, day, found, remembered);
  found.catch(() => days.delete(day));
  return found;
}

async function build(objects: Objects, day: string): Promise<Built> {
  const tree = await readTree(objects, day);
  return { tree, levels: levelsOf(tree.tiles.map(({ root }) => Buffer.from(root, 'hex'))) };
}

async function readTree(objects: Objects, day: string): Promise<Tree> {
  const bytes = await objects.get(treeKey(day));
  const tree: unknown = bytes && JSON.parse(bytes.toString());
  if (!checked.Check(tree)) throw new Error(`The tree of ${day} is not where it was put`);
  return tree;
}

function hashesIn(tile: Buffer): Buffer[] {
  return Array.from({ length: tile.length / entryBytes }, (_, n) =>
    tile.subarray(n * entryBytes + idBytes, (n + 1) * entryBytes),
  );
}

/** By halves: entries are in the order of their ids. */
function find(tile: Buffer, id: Buffer): number | undefined {
  let low = 0;
  let high = tile.length / entryBytes - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = tile.compare(id, 0, idBytes, middle * entryBytes, middle * entryBytes + idBytes);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
