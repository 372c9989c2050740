import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DuckDBConnection, type DuckDBInstance, listValue } from '@duckdb/node-api';
import { openDuck, withDuck } from '../duck.ts';
import { folderOf, kind, type Manifest, manifestKey } from '../manifest.ts';
import { text } from '../read/cells.ts';
import type { ArchiveSettings } from '../settings.ts';
import { schemaVersion } from '../write/columns.ts';
import { defaultShape, type Shape, writeFiles } from '../write/files.ts';
import { checks, festive, goods } from './goods.ts';

export interface Made {
  seed: number;
  /** First day, and how many. */
  from: string;
  days: number;
  rowsPerDay: number;
  /** Of the files, where it is not that of real days. */
  shape?: Shape;
}

const dayLength = 86_400_000;
/** Receipts that are made by one statement: some 50 MB, of which sorting holds several times as much. */
const together = 20_000;
/** What two such statements need at least. */
const memoryMb = 1024;

/**
 * Writes an archive of made-up receipts through the files that real days are written by: the same for the same numbers and version of DuckDB.
 * Its digests are over the documents' hashes only. Yields the manifests in the order of days.
 */
export async function* generate(settings: ArchiveSettings, made: Made): AsyncGenerator<Manifest> {
  await mkdir(settings.work, { recursive: true });
  const folder = await mkdtemp(join(settings.work, 'made-'));
  // With one thread a statement costs a third of what it does with two that wait for each other; two of them go on at once instead.
  const instance = await openDuck({
    memoryMb: Math.max(settings.memoryMb, memoryMb),
    threads: 1,
    work: folder,
  });
  try {
    const baskets = Math.min(Math.max(Math.round((made.days * made.rowsPerDay) / 10), 256), 8_192);
    await makeTables(instance, made.seed, baskets);
    const sql = await readFile(new URL('./days.sql', import.meta.url), 'utf8');
    const step = Math.max(1, Math.floor(together / made.rowsPerDay));
    const spans = Array.from({ length: Math.ceil(made.days / step) }, (_, n) => ({
      first: n * step,
      days: Math.min(step, made.days - n * step),
    }));
    const making = (span: Span | undefined) =>
      span &&
      withDuck(instance, (duck) => makeDays(duck, sql, { ...made, ...span, baskets, folder }, settings));
    let [now, next] = [making(spans[0]), making(spans[1])];
    for (let n = 2; now; n += 1) {
      yield* await now;
      [now, next] = [next, making(spans[n])];
    }
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

interface Span {
  /** How many days after the first of all. */
  first: number;
  days: number;
}

async function makeTables(instance: DuckDBInstance, seed: number, baskets: number): Promise<void> {
  const statements = (await readFile(new URL('./tables.sql', import.meta.url), 'utf8')).split(/;\n/);
  await withDuck(instance, async (duck) => {
    for (const sql of statements.filter((one) => one.trim()))
      await duck.run(
        sql,
        sql.includes('$') ? { seed, baskets, festive, goods: listValue(goods) } : undefined,
      );
  });
}

async function makeDays(
  duck: DuckDBConnection,
  sql: string,
  made: Made & Span & { baskets: number; folder: string },
  settings: ArchiveSettings,
): Promise<Manifest[]> {
  const { seed, from, first, days, rowsPerDay, baskets, folder } = made;
  const dayAt = (n: number) =>
    new Date(Date.parse(from) + (first + n) * dayLength).toISOString().slice(0, 10);
  await duck.run(sql, {
    ...{ seed, from: dayAt(0), days, rows: rowsPerDay, baskets, festive },
    checks: listValue(checks),
  });
  const manifests: Manifest[] = [];
  for (let n = 0; n < days; n += 1) {
    const inside = join(folder, dayAt(n));
    await mkdir(inside);
    const range = { from: n * rowsPerDay, rows: rowsPerDay };
    manifests.push(await putDay(duck, dayAt(n), range, inside, made.shape ?? defaultShape, settings));
    await rm(inside, { recursive: true });
  }
  return manifests;
}

async function putDay(
  duck: DuckDBConnection,
  day: string,
  range: { from: number; rows: number },
  folder: string,
  shape: Shape,
  { objects }: ArchiveSettings,
): Promise<Manifest> {
  const files = await writeFiles(
    duck,
    { table: 'made', columns: '* exclude (day)', ...range },
    folder,
    shape,
  );
  const parts: Manifest['parts'] = [];
  for (const { path, receipts, bytes, sha256, firstClient, lastClient } of files) {
    const key = `${folderOf(day)}/${basename(path, '.parquet')}-${sha256.slice(0, 12)}.parquet`;
    await objects.put(key, { path });
    parts.push({ key, receipts, bytes, sha256, first_client: firstClient, last_client: lastClient });
  }
  const hashes = await duck.runAndReadAll(
    `select sha256(string_agg(hex(hash), '' order by rowid)) as digest
       from made where rowid >= ${range.from} and rowid < ${range.from + range.rows}`,
  );
  const [{ digest } = { digest: null }] = hashes.getRowObjectsJS();
  const manifest: Manifest = {
    ...{ kind, schema_version: schemaVersion, writer: 'dabba-made-up-receipts/1', day, receipts: range.rows },
    digest: text({ digest }, 'digest'),
    parts,
  };
  await objects.put(manifestKey(day), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}
