import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ArchivedReceipt } from '../receipt.ts';
import { archived } from '../spec/receipts.ts';
import { writeDay } from './day.ts';
import { verifyDay } from './verify.ts';

const folder = await mkdtemp(join(tmpdir(), 'write-'));
afterAll(() => rm(folder, { recursive: true }));

async function* pages(rows: readonly ArchivedReceipt[]) {
  for (let from = 0; from < rows.length; from += 7) yield rows.slice(from, from + 7);
}

async function written(name: string, rows: readonly ArchivedReceipt[]) {
  const work = join(folder, name);
  await mkdir(work);
  const limits = { memoryMb: 256, threads: 1, work };
  const { files, ...day } = await writeDay(work, pages(rows), limits);
  return { parts: files, ...day, limits };
}

it('S3-NFR-05 a day is read back as it was written, in one order whatever order it came in', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => archived(n));
  const one = await written('one', rows);
  const other = await written('other', rows.toReversed());
  await verifyDay(one, one.limits);
  expect(one.receipts).toBe(50);
  expect(other.digest).toBe(one.digest);
  expect(one.parts[0]).toMatchObject({ firstClient: 'client-0', lastClient: 'client-2', receipts: 50 });
});

it('S3-NFR-05 any difference is found: a byte of a file, a row that says something else, one that is missing', async () => {
  const rows = Array.from({ length: 10 }, (_, n) => archived(n));
  const day = await written('day', rows);
  const [first = archived(0), ...rest] = rows;
  const changes: Partial<ArchivedReceipt>[] = [
    { total: 1 },
    { acceptedAt: 5 },
    { checks: [] },
    { failures: [{ rule: 'r', pointer: '/x', detail: 'd' }] },
    { registrations: [] },
    { acknowledgements: [] },
    { version: null },
  ];
  for (const [n, change] of changes.entries()) {
    const other = await written(`change-${n}`, [{ ...first, ...change }, ...rest]);
    await expect(
      verifyDay({ ...other, digest: day.digest }, day.limits),
      JSON.stringify(change),
    ).rejects.toThrow('something else');
  }
  const less = await written('less', rest);
  await expect(verifyDay({ ...less, receipts: 10 }, day.limits)).rejects.toThrow('9 receipts, not 10');
  const [part] = day.parts;
  if (part) await writeFile(part.path, 'x', { flag: 'a' });
  await expect(verifyDay(day, day.limits)).rejects.toThrow('not what was written');
});

it('S3-NFR-05 what no longer has the bytes that came in is not archived', async () => {
  await expect(written('torn', [{ ...archived(1), raw: Buffer.from('else') }])).rejects.toThrow(
    'are not those that came in',
  );
});
