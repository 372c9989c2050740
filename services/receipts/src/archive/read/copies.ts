import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveSettings } from '../settings.ts';
import { sha256Of } from '../write/files.ts';
import type { PartRow } from './filter.ts';

/** Parts as files of this machine, for as long as somebody reads them. */
export interface Copies {
  use<R>(parts: readonly PartRow[], work: (paths: string[]) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

interface Copy {
  path: string;
  bytes: number;
  users: number;
  ready: Promise<void>;
}

/**
 * A store of this machine is read where it is. Of a distant one parts are copied, whole and checked against their hash, and kept up to a size:
 * a question names few, so the next page of it finds them here. Those used longest ago go first.
 */
export function localCopies({ objects, work, copiesMb }: ArchiveSettings): Copies {
  const copies = new Map<string, Copy>();
  let folder: Promise<string> | undefined;
  let count = 0;

  async function fetchPart({ key, sha256 }: PartRow, path: string): Promise<void> {
    if (!(await objects.fetch(key, path))) throw new Error(`The archive lacks ${key}`);
    if ((await sha256Of(path)) !== sha256)
      throw new Error(`A part of the archive is not what was written: ${key}`);
  }

  async function copyOf(part: PartRow): Promise<Copy> {
    folder ??= mkdir(work, { recursive: true }).then(() => mkdtemp(join(work, 'copies-')));
    const inside = await folder;
    const known = copies.get(part.key);
    copies.delete(part.key);
    count += 1;
    const path = join(inside, `${count}.parquet`);
    const copy = known ?? { path, bytes: part.bytes, users: 0, ready: fetchPart(part, path) };
    copies.set(part.key, copy);
    copy.users += 1;
    return copy;
  }

  async function tidy(): Promise<void> {
    let bytes = 0;
    for (const copy of copies.values()) bytes += copy.bytes;
    for (const [key, copy] of copies) {
      if (bytes <= copiesMb * 1024 * 1024) return;
      if (copy.users > 0) continue;
      copies.delete(key);
      bytes -= copy.bytes;
      await rm(copy.path, { force: true });
    }
  }

  return {
    async use(parts, read) {
      const near = parts.map(({ key }) => objects.pathOf(key));
      if (near.every((path) => path !== undefined)) return read(near);
      const used: Copy[] = [];
      try {
        for (const part of parts) used.push(await copyOf(part));
        await Promise.all(used.map(({ ready }) => ready));
        return await read(used.map(({ path }) => path));
      } catch (error) {
        // What could not be fetched is fetched anew the next time.
        for (const part of parts) copies.delete(part.key);
        throw error;
      } finally {
        for (const copy of used) copy.users -= 1;
        await tidy();
      }
    },
    async close() {
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}
