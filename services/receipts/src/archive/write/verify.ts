import { createHash } from 'node:crypto';
import { type DuckLimits, literal, openDuck, withDuck } from '../duck.ts';
import { receiptOf } from '../read/row.ts';
import { readColumns } from './columns.ts';
import { digestOf } from './digest.ts';
import { sha256Of } from './files.ts';

export interface Expected {
  parts: readonly { path: string; sha256: string; receipts: number }[];
  receipts: number;
  digest: string;
}

/** Reads a day's files whole and compares every row with what was said of it. @throws Error that names what differs */
export async function verifyDay({ parts, receipts, digest }: Expected, limits: DuckLimits): Promise<void> {
  const instance = await openDuck(limits);
  try {
    const found = createHash('sha256');
    let count = 0;
    for (const { path, sha256, receipts: rows } of parts) {
      if ((await sha256Of(path)) !== sha256)
        throw new Error(`A part of the archive is not what was written: ${path}`);
      const before = count;
      await withDuck(instance, async (duck) => {
        const result = await duck.stream(`select ${readColumns} from read_parquet(${literal(path)})`);
        for await (const some of result.yieldRowObjectJs())
          for (const row of some) {
            found.update(digestOf(receiptOf(row)));
            count += 1;
          }
      });
      if (count - before !== rows)
        throw new Error(`A part of the archive has ${count - before} rows, not ${rows}: ${path}`);
    }
    if (count !== receipts) throw new Error(`The files have ${count} receipts, not ${receipts}`);
    if (found.digest('hex') !== digest)
      throw new Error('The files say something else than the rows they were made of');
  } finally {
    instance.closeSync();
  }
}
