import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dayOf } from '../../intake/arrival.ts';
import { Book } from '../../types/book/book.ts';
import { compileType } from '../../types/definition/compile.ts';
import { parseDocument } from '../../types/parse.ts';
import { shippedTypes } from '../../types/shipped/index.ts';
import { literal, openDuck, withDuck } from '../duck.ts';
import { receiptOf } from '../read/row.ts';
import type { ArchivedReceipt } from '../receipt.ts';
import { archiveSettings } from '../settings.ts';
import { manifestsOf } from '../sql/analyst.ts';
import { readColumns } from '../write/columns.ts';
import { writeDay } from '../write/day.ts';
import { generate } from './generate.ts';

const folder = await mkdtemp(join(tmpdir(), 'generate-'));
const settings = archiveSettings({
  ARCHIVE_STORE: join(folder, 'store'),
  ARCHIVE_WORK: join(folder, 'work'),
});
const made: string[] = [];
for await (const { day } of generate(settings, { seed: 1, from: '2006-12-31', days: 2, rowsPerDay: 300 }))
  made.push(day);
const manifests = await manifestsOf(settings, { from: '2006-01-01', to: '2007-12-31' });
const receipts = await Promise.all(manifests.map(({ parts }) => rowsOf(parts.map(({ key }) => key))));
afterAll(() => rm(folder, { recursive: true }));

async function rowsOf(keys: readonly string[]): Promise<ArchivedReceipt[]> {
  const paths = keys.map((key) => literal(settings.objects.pathOf(key) ?? key));
  const instance = await openDuck(settings);
  try {
    return await withDuck(instance, async (duck) => {
      const rows = await duck.runAndReadAll(`select ${readColumns} from read_parquet([${paths}])`);
      return rows.getRowObjectsJS().map(receiptOf);
    });
  } finally {
    instance.closeSync();
  }
}

it('S3-NFR-05 a made-up day is, byte for byte, what the archiving task makes of the same receipts', async () => {
  expect(manifests.map(({ day }) => day)).toEqual(made);
  for (const [n, { parts, receipts: count }] of manifests.entries()) {
    const rows = receipts[n] ?? [];
    expect(rows.length).toBe(count);
    async function* shuffled() {
      yield rows.toSorted((a, b) => (a.id.slice(-8) < b.id.slice(-8) ? -1 : 1));
    }
    const inside = await mkdtemp(join(folder, 'day-'));
    const { files } = await writeDay(inside, shuffled(), { ...settings, work: inside });
    expect(
      files.map(({ path: _, firstClient, lastClient, ...file }) => [file, firstClient, lastClient]),
    ).toEqual(
      parts.map(({ key: _, first_client, last_client, ...part }) => [part, first_client, last_client]),
    );
  }
});

it('S3-NFR-05 made-up receipts are judged as they say, are of some 2 kB, and one of a day has one id', async () => {
  const book = new Book((await shippedTypes()).map((definition) => compileType(definition, 1)));
  const all = receipts.flat();
  for (const receipt of all) {
    expect(receipt.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(dayOf(receipt.id)).toBe(new Date(receipt.receivedAt).toISOString().slice(0, 10));
    const parsed = parseDocument('JSON', receipt.raw);
    if ('refused' in parsed) throw new Error(parsed.detail);
    const judged = book.judge(receipt.type, receipt.format, parsed.document, receipt.receivedAt);
    expect(judged.failures).toEqual(receipt.failures);
    expect(judged.passed).toEqual(receipt.checks);
    const { number, issuedAt, seller, total, currency } = receipt;
    expect(judged.canonical).toEqual({ number, issuedAt, seller, total, currency });
    expect(receipt.failures.length).toBe(receipt.status === 'REJECTED' ? 1 : 0);
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(600);
  const bytes = all.reduce((sum, { raw }) => sum + raw.length, 0) / all.length;
  expect(bytes).toBeGreaterThan(1_700);
  expect(bytes).toBeLessThan(2_300);
});
