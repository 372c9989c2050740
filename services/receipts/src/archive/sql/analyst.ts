import { readFile } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { literal, openDuck } from '../duck.ts';
import { type Manifest, prefix, readManifest } from '../manifest.ts';
import { localCopies } from '../read/copies.ts';
import type { PartRow } from '../read/filter.ts';
import type { ArchivedReceipt } from '../receipt.ts';
import type { ArchiveSettings } from '../settings.ts';
import { fileColumns, stageTable } from '../write/columns.ts';
import { appendTo } from '../write/stage.ts';

/** Days that are asked, both within. */
export interface Days {
  from: string;
  to: string;
}

/** Where hot receipts come from, for questions over both tiers. */
export type Hot = (archived: ReadonlySet<string>) => AsyncIterable<readonly ArchivedReceipt[]>;

/**
 * Work on a connection with the views `receipts` (every column of the files, and `day`) and `receipt_lines`. Only files that a manifest names
 * are in them; nothing else can be read and nothing written.
 */
export async function withAnalyst<R>(
  settings: ArchiveSettings,
  days: Days,
  hot: Hot | undefined,
  work: (duck: DuckDBConnection) => Promise<R>,
): Promise<R> {
  const manifests = await manifestsOf(settings, days);
  const parts = manifests.flatMap(({ day, parts }) => parts.map((part): PartRow => ({ ...part, day })));
  const copies = localCopies(settings);
  const instance = await openDuck(settings);
  try {
    return await copies.use(parts, async (paths) => {
      const duck = await instance.connect();
      await makeViews(duck, parts, paths, hot?.(new Set(manifests.map(({ day }) => day))));
      await lock(duck, paths);
      try {
        return await work(duck);
      } finally {
        duck.closeSync();
      }
    });
  } finally {
    close(instance);
    await copies.close();
  }
}

function close(instance: DuckDBInstance): void {
  instance.closeSync();
}

/** By the store alone: analysts need no database. */
export async function manifestsOf(
  { objects }: Pick<ArchiveSettings, 'objects'>,
  { from, to }: Days,
): Promise<Manifest[]> {
  const keys = (await objects.list(prefix)).filter((key) => {
    const day = /day=([^/]+)\/manifest\.json$/.exec(key)?.[1];
    return day !== undefined && day >= from && day <= to;
  });
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const bytes = await objects.get(key);
    if (bytes) manifests.push(readManifest(bytes));
  }
  return manifests;
}

async function makeViews(
  duck: DuckDBConnection,
  parts: readonly PartRow[],
  paths: readonly string[],
  hot: AsyncIterable<readonly ArchivedReceipt[]> | undefined,
): Promise<void> {
  await duck.run(
    "set parquet_metadata_cache = true; set TimeZone = 'UTC'; set dynamic_or_filter_threshold = 10000",
  );
  await duck.run(stageTable);
  if (hot) {
    const stage = await duck.createAppender('stage');
    for await (const some of hot) for (const row of some) appendTo(stage, row);
    stage.closeSync();
  }
  await duck.run(
    `create table hot as select date_trunc('day', received_at)::date as day, ${fileColumns} from stage; drop table stage`,
  );
  // The name of its folder says the day of a file: a question for some days opens no other.
  const cold =
    parts.length === 0
      ? ''
      : `union all by name select * from read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = true, hive_types = {'day': date})`;
  await duck.run(`create view receipts as select * from hot ${cold}`);
  await duck.run(await readFile(new URL('./receipt-lines.sql', import.meta.url), 'utf8'));
}

async function lock(duck: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await duck.run(`set allowed_paths = [${paths.map(literal).join(', ')}]`);
  await duck.run('set enable_external_access = false');
  await duck.run('set lock_configuration = true');
}

export const newYear = new URL('./new-year.sql', import.meta.url);
