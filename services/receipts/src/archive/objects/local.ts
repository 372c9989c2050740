import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Content, ObjectStore } from '../objects.ts';
import { checkedKey } from './key.ts';

/** Begins the name of what is not whole yet; no key has it. */
const unfinished = '.unfinished-';

/** Objects as files. What a crash left unfinished is never seen under any key. */
export function localFolder(folder: string): ObjectStore {
  const root = resolve(folder);
  const pathOf = (key: string) => join(root, checkedKey(key));
  return {
    pathOf,
    async put(key, content) {
      const path = pathOf(key);
      await makeFolder(root, dirname(path));
      const temporary = join(dirname(path), `${unfinished}${randomUUID()}`);
      try {
        await write(temporary, content);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await sync(dirname(path));
    },
    get: (key) => unlessMissing(readFile(pathOf(key))),
    async fetch(key, path) {
      return (await unlessMissing(copyFile(pathOf(key), path).then(() => true))) ?? false;
    },
    async list(prefix) {
      const folder = join(root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
      const below = await unlessMissing(readdir(folder, { recursive: true, withFileTypes: true }));
      return (below ?? [])
        .filter((entry) => entry.isFile() && !entry.name.startsWith(unfinished))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function write(path: string, content: Content): Promise<void> {
  if (!Buffer.isBuffer(content)) await copyFile(content.path, path);
  const file = await open(path, Buffer.isBuffer(content) ? 'wx' : 'r+');
  try {
    if (Buffer.isBuffer(content)) await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is durable only when the folder that holds it is; so with the folders above, where they are new. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let above = dirname(folder); above.length >= dirname(first).length; above = dirname(above)) {
    await sync(above);
    if (above === dirname(root)) return;
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
