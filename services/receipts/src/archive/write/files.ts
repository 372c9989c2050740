import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duck.ts';
import { text } from '../read/cells.ts';

/** How a day's files are laid out. */
export interface Shape {
  /** Rows of a part: what a question for one client fetches at least from a distant store. */
  partRows: number;
  /** Rows that are skipped or read together. */
  groupRows: number;
  compression: string;
}

/** docs/performance.md compares others. */
export const defaultShape: Shape = {
  partRows: 500_000,
  groupRows: 10_240,
  compression: 'compression zstd, compression_level 3',
};

/** A part of a day as a file of this machine. */
export interface PartFile {
  path: string;
  receipts: number;
  bytes: number;
  sha256: string;
  firstClient: string;
  lastClient: string;
}

/** Rows of a table that stand in the order of the files. */
export interface Sorted {
  table: string;
  /** That go into the files. */
  columns: string;
  from: number;
  rows: number;
}

/** Writes them as Parquet, so many rows a file. */
export async function writeFiles(
  duck: DuckDBConnection,
  { table, columns, from, rows }: Sorted,
  folder: string,
  { partRows, groupRows, compression }: Shape = defaultShape,
): Promise<PartFile[]> {
  const files: PartFile[] = [];
  const end = from + rows;
  for (let start = from; start < end; start += partRows) {
    const stop = Math.min(start + partRows, end);
    const path = join(folder, `part-${String(files.length).padStart(4, '0')}.parquet`);
    const some = `from ${table} where rowid >= ${start} and rowid < ${stop}`;
    await duck.run(
      `copy (select ${columns} ${some}) to ${literal(path)} (format parquet, ${compression}, row_group_size ${groupRows})`,
    );
    const clients = await duck.runAndReadAll(`select min(client) as first, max(client) as last ${some}`);
    const [ends = {}] = clients.getRowObjectsJS();
    files.push({
      path,
      receipts: stop - start,
      bytes: (await stat(path)).size,
      sha256: await sha256Of(path),
      firstClient: text(ends, 'first'),
      lastClient: text(ends, 'last'),
    });
  }
  return files;
}

/** Hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
