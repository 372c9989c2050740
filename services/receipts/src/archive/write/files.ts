import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duck.ts';
import { text } from '../read/cells.ts';

/** Rows of a part: what a question for one client fetches at least from a distant store. */
const partRows = 500_000;
/** Rows that are skipped or read together. With 2 kB each they are 20 MB; `archive.bench.ts` compares sizes. */
const groupRows = 10_240;
const format = `format parquet, compression zstd, compression_level 3, row_group_size ${groupRows}`;

/** A part of a day as a file of this machine. */
export interface PartFile {
  path: string;
  receipts: number;
  bytes: number;
  sha256: string;
  firstClient: string;
  lastClient: string;
}

/** Writes a sorted table as Parquet, so many rows a file. @param columns of the table that go into the files */
export async function writeFiles(
  duck: DuckDBConnection,
  table: string,
  columns: string,
  folder: string,
): Promise<PartFile[]> {
  const counted = await duck.runAndReadAll(`select count(*)::integer from ${table}`);
  const rows = Number(counted.getRowsJS()[0]?.[0]);
  const files: PartFile[] = [];
  for (let from = 0; from < rows; from += partRows) {
    const path = join(folder, `part-${String(files.length).padStart(4, '0')}.parquet`);
    const some = `from ${table} where rowid >= ${from} and rowid < ${from + partRows}`;
    await duck.run(`copy (select ${columns} ${some}) to ${literal(path)} (${format})`);
    const ends = await duck.runAndReadAll(`select min(client) as first, max(client) as last ${some}`);
    const [end = {}] = ends.getRowObjectsJS();
    files.push({
      path,
      receipts: Math.min(partRows, rows - from),
      bytes: (await stat(path)).size,
      sha256: await sha256Of(path),
      firstClient: text(end, 'first'),
      lastClient: text(end, 'last'),
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
