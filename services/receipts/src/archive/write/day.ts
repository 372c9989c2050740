import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type DuckLimits, openDuck, withDuck } from '../duck.ts';
import { bytes } from '../read/cells.ts';
import type { ArchivedReceipt } from '../receipt.ts';
import { fileColumns, order, stageTable } from './columns.ts';
import { type PartFile, writeFiles } from './files.ts';
import { appendTo } from './stage.ts';

export interface WrittenDay {
  files: PartFile[];
  receipts: number;
  /** SHA-256 over the digests that the rows had where they came from, in the order of the files; hex. */
  digest: string;
}

/** Sorts rows that come in any order, on disk where they are many, and writes them as files. @param folder an empty one */
export async function writeDay(
  folder: string,
  rows: AsyncIterable<readonly ArchivedReceipt[]>,
  limits: DuckLimits,
): Promise<WrittenDay> {
  const instance = await openDuck({ ...limits, work: folder }, join(folder, 'stage.duckdb'));
  try {
    return await withDuck(instance, async (duck) => {
      await duck.run(stageTable);
      const stage = await duck.createAppender('stage');
      let receipts = 0;
      for await (const some of rows) {
        for (const row of some) appendTo(stage, row);
        stage.flushSync();
        receipts += some.length;
      }
      stage.closeSync();
      await duck.run(`create table sorted as select ${fileColumns}, digest from stage order by ${order}`);
      const digest = createHash('sha256');
      const sorted = await duck.stream('select digest from sorted');
      for await (const some of sorted.yieldRowObjectJs())
        for (const row of some) digest.update(bytes(row, 'digest'));
      const columns = '* exclude (digest)';
      const files = await writeFiles(duck, { table: 'sorted', columns, from: 0, rows: receipts }, folder);
      return { files, receipts, digest: digest.digest('hex') };
    });
  } finally {
    instance.closeSync();
  }
}
