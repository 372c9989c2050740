import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StoreDeps } from '@dabba/service-kit';
import { folderOf, kind, type Manifest, manifestKey, readManifest, writer } from '../manifest.ts';
import type { ArchiveSettings } from '../settings.ts';
import { schemaVersion } from '../write/columns.ts';
import { type WrittenDay, writeDay } from '../write/day.ts';
import { verifyDay } from '../write/verify.ts';
import { hotDay, type Reopenable } from './hot-day.ts';
import { markArchived } from './mark.ts';

/** Where a day may be when its process dies; tests let it die there. */
export type Step =
  | 'written'
  | 'put'
  | 'verified'
  | 'manifest'
  | 'marked'
  | 'emptied'
  | 'detached'
  | 'dropped'
  | 'swept';

export interface CloseDeps extends Pick<StoreDeps, 'pool' | 'store' | 'now' | 'log'> {
  archive: ArchiveSettings;
  /** Told of each step that is done. */
  onStep?: (step: Step, day: string) => void | Promise<void>;
}

/**
 * Writes a closed day into the archive, reads back what is there, and marks it. Whatever a crash leaves behind is written again under the
 * same names, since the same rows make the same files; nothing counts before the mark.
 */
export async function archiveDay(deps: CloseDeps, day: string): Promise<void> {
  const { pool, archive, now, onStep } = deps;
  await mkdir(archive.work, { recursive: true });
  const folder = await mkdtemp(join(archive.work, `${day}-`));
  try {
    const reopenable: Reopenable[] = [];
    const written = await writeDay(folder, hotDay(deps, day, reopenable), { ...archive, work: folder });
    await onStep?.('written', day);
    const manifest = await put(deps, day, written);
    await onStep?.('put', day);
    await verifyPut(deps, manifest, folder);
    await onStep?.('verified', day);
    await archive.objects.put(manifestKey(day), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    const kept = await archive.objects.get(manifestKey(day));
    if (!kept || readManifest(kept).digest !== manifest.digest)
      throw new Error(`The manifest of ${day} is not what was written`);
    await onStep?.('manifest', day);
    await markArchived(pool, manifest, reopenable, now()).catch((error: unknown) =>
      takeBack(deps, day, error),
    );
    await onStep?.('marked', day);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A day that has changed is not archived, so nobody may take it for that. @throws what stood in the way */
async function takeBack({ pool, archive }: CloseDeps, day: string, error: unknown): Promise<never> {
  // The connection may have died after the commit: then the manifest is true.
  const { rows } = await pool.query('select from archived_days where day = $1', [day]);
  if (rows.length === 0) await archive.objects.remove(manifestKey(day));
  throw error;
}

async function put({ archive: { objects } }: CloseDeps, day: string, written: WrittenDay): Promise<Manifest> {
  const { files, receipts, digest } = written;
  const parts: Manifest['parts'] = [];
  for (const { path, receipts, bytes, sha256, firstClient, lastClient } of files) {
    // Named after what is in it: a part is never replaced by another.
    const key = `${folderOf(day)}/${basename(path, '.parquet')}-${sha256.slice(0, 12)}.parquet`;
    await objects.put(key, { path });
    parts.push({ key, receipts, bytes, sha256, first_client: firstClient, last_client: lastClient });
  }
  return { kind, schema_version: schemaVersion, writer, day, receipts, digest, parts };
}

async function verifyPut({ archive }: CloseDeps, manifest: Manifest, folder: string): Promise<void> {
  const { objects } = archive;
  const parts: { path: string; sha256: string; receipts: number }[] = [];
  for (const { key, sha256, receipts } of manifest.parts) {
    const path = objects.pathOf(key) ?? join(folder, `read-back-${basename(key)}`);
    if (objects.pathOf(key) === undefined && !(await objects.fetch(key, path)))
      throw new Error(`The store has lost what was put into it: ${key}`);
    parts.push({ path, sha256, receipts });
  }
  await verifyDay({ ...manifest, parts }, { ...archive, work: folder });
}
