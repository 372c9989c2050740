import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DuckDBConnection, listValue } from '@duckdb/node-api';
import { openDuck, withDuck } from '../duck.ts';
import { folderOf, kind, type Manifest, manifestKey } from '../manifest.ts';
import { bytes } from '../read/cells.ts';
import type { ArchiveSettings } from '../settings.ts';
import { schemaVersion } from '../write/columns.ts';
import { writeFiles } from '../write/files.ts';
import { festive, goods } from './goods.ts';

export interface Made {
  seed: number;
  /** First day, and how many. */
  from: string;
  days: number;
  rowsPerDay: number;
}

const dayLength = 86_400_000;

/**
 * Writes an archive of made-up receipts through the files that real days are written by: the same for the same seed and version of DuckDB.
 * Its digests are over the documents' hashes only. Yields the manifests as days are done.
 */
export async function* generate(
  settings: ArchiveSettings,
  { seed, from, days, rowsPerDay }: Made,
): AsyncGenerator<Manifest> {
  await mkdir(settings.work, { recursive: true });
  const folder = await mkdtemp(join(settings.work, 'made-'));
  const instance = await openDuck({ ...settings, work: folder });
  const sql = await readFile(new URL('./day.sql', import.meta.url), 'utf8');
  try {
    for (let n = 0; n < days; n += 1) {
      const day = new Date(Date.parse(from) + n * dayLength).toISOString().slice(0, 10);
      yield await withDuck(instance, (duck) =>
        makeDay(duck, sql, { day, seed, rowsPerDay, folder }, settings),
      );
    }
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

async function makeDay(
  duck: DuckDBConnection,
  sql: string,
  { day, seed, rowsPerDay, folder }: { day: string; seed: number; rowsPerDay: number; folder: string },
  { objects }: ArchiveSettings,
): Promise<Manifest> {
  await duck.run(sql, { seed: String(seed), day, rows: rowsPerDay, goods: listValue(goods), festive });
  const parts: Manifest['parts'] = [];
  for (const { path, receipts, bytes, sha256, firstClient, lastClient } of await writeFiles(
    duck,
    'sorted',
    '*',
    folder,
  )) {
    const key = `${folderOf(day)}/${basename(path, '.parquet')}-${sha256.slice(0, 12)}.parquet`;
    await objects.put(key, { path });
    parts.push({ key, receipts, bytes, sha256, first_client: firstClient, last_client: lastClient });
  }
  const digest = createHash('sha256');
  const hashes = await duck.runAndReadAll('select hash from sorted');
  for (const row of hashes.getRowObjectsJS()) digest.update(bytes(row, 'hash'));
  const writer = 'dabba-made-up-receipts/1';
  const manifest = {
    kind,
    schema_version: schemaVersion,
    writer,
    day,
    receipts: rowsPerDay,
    digest: digest.digest('hex'),
    parts,
  };
  await objects.put(manifestKey(day), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}
