import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shippedTypes } from '../../types/shipped/index.ts';
import { generate } from '../generate/generate.ts';
import { archiveSettings } from '../settings.ts';
import { archived } from '../spec/receipts.ts';
import { newYear, withAnalyst } from './analyst.ts';

const folder = await mkdtemp(join(tmpdir(), 'analyst-'));
const settings = archiveSettings({
  ARCHIVE_STORE: join(folder, 'store'),
  ARCHIVE_WORK: join(folder, 'work'),
});
const all = { from: '0000-01-01', to: '9999-12-31' };
const digests: string[] = [];

beforeAll(async () => {
  const made = { seed: 1, days: 8, rowsPerDay: 200 };
  for (const from of ['2006-12-27', '2007-12-27'])
    for await (const { digest } of generate(settings, { ...made, from })) digests.push(digest);
});
afterAll(() => rm(folder, { recursive: true }));

const ask = (sql: string, days = all) =>
  withAnalyst(settings, days, undefined, async (duck) => (await duck.runAndReadAll(sql)).getRowObjectsJson());

it('S3-ANL-01 tells the tastes at New Year over the years and all clients', async () => {
  const rows = await ask(await readFile(newYear, 'utf8'));
  expect(rows.map(({ new_year, place }) => `${new_year} ${place}`)).toEqual(
    ['2007', '2008'].flatMap((year) => [1, 2, 3, 4, 5].map((place) => `${year} ${place}`)),
  );
  const [first] = rows;
  const byHand = await ask(
    `select sum(quantity)::integer as taken from receipt_lines
      where item = '${String(first?.item).replaceAll("'", "''")}' and day between '2006-12-30' and '2007-01-02'`,
  );
  expect(byHand).toEqual([{ taken: Number(first?.taken) }]);
  // The holidays want something else than the days before.
  const [usual] = await ask(
    "select item from receipt_lines where day < '2006-12-30' group by item order by sum(quantity) desc limit 1",
  );
  expect(rows.filter(({ place }) => place === '1').map(({ item }) => item)).not.toContain(usual?.item);
});

it('S3-ANL-01 reads what a document says of each shipped type, and hot receipts beside archived ones', async () => {
  const line = { description: 'From a till', quantity: 3 };
  const raw = (document: string) => ({ raw: Buffer.from(document) });
  const xml =
    '<CHECK><CHECKBODY><ROW ROWNUM="1"><NAME>Борщ</NAME><AMOUNT>2.000</AMOUNT></ROW></CHECKBODY></CHECK>';
  const receipts = [
    archived(1, { type: 'us-sales-receipt', ...raw(JSON.stringify({ items: [line] })) }),
    archived(2, {
      type: 'dabba-meal-sale',
      ...raw(JSON.stringify({ lines: [{ sku: 'palak' }, { sku: 'palak' }] })),
    }),
    archived(3, {
      type: 'ua-fiscal-receipt',
      ...raw(JSON.stringify({ lines: [{ name: 'Хліб', quantity: '0.350' }] })),
    }),
    archived(4, { type: 'ua-fiscal-receipt', format: 'XML', ...raw(xml) }),
    archived(5, { type: 'logistics-waybill', ...raw('{}') }),
  ];
  async function* hot() {
    yield receipts.map((one) => ({ ...one, hash: createHash('sha256').update(one.raw).digest() }));
  }
  const [lines, count] = await withAnalyst(settings, all, hot, async (duck) => [
    await duck.runAndReadAll(
      "select item, sum(quantity)::double as quantity from receipt_lines where day = '2026-10-01' group by item order by item",
    ),
    await duck.runAndReadAll('select count(*)::integer from receipts'),
  ]);
  expect(lines?.getRowsJS()).toEqual([
    ['From a till', 3],
    ['palak', 2],
    ['Борщ', 2],
    ['Хліб', 0.35],
  ]);
  expect(count?.getRowsJS()).toEqual([[3205]]);
});

it('X-20 S3-ANL-01 what was ordered is among what was bought, and what was given back lowers what it came to', async () => {
  const shipped = await shippedTypes();
  const made = (type: string, n: number, total: number) => {
    const raw = Buffer.from(JSON.stringify(shipped.find((each) => each.type === type)?.sample));
    return archived(n, { type, raw, hash: createHash('sha256').update(raw).digest(), total });
  };
  async function* hot() {
    yield [made('dabba-order-sale', 1, 1542), made('dabba-order-refund', 2, -1142)];
  }
  const [lines, net] = await withAnalyst(
    settings,
    { from: '1999-01-01', to: '1999-01-01' },
    hot,
    async (duck) => [
      await duck.runAndReadAll('select type, item, quantity from receipt_lines order by item'),
      await duck.runAndReadAll('select sum(total)::integer from receipts'),
    ],
  );
  expect(lines?.getRowsJS()).toEqual([
    ['dabba-order-sale', 'Horchata', 1],
    ['dabba-order-sale', 'Street Taco', 2],
  ]);
  expect(net?.getRowsJS()).toEqual([[400]]);
});

it('S3-NFR-03 a condition on days opens the files of those days only', async () => {
  const plan = await ask(
    "explain analyze select count(lines) from receipts_with_lines where day >= '2007-12-27'",
  );
  const read = [...JSON.stringify(plan).matchAll(/Total Files Read: (\d+)/g)].map(([, files]) =>
    Number(files),
  );
  // Of sixteen.
  expect(read).toEqual([8]);
  const tastes = await ask(`explain analyze ${await readFile(newYear, 'utf8')}`);
  expect(JSON.stringify(tastes)).toContain('Total Files Read: 8');
});

it('S3-ANL-02 reads only what manifests name, of the days asked for, and nothing else of this machine', async () => {
  await settings.objects.put('receipts/day=2006-12-27/stray.parquet', Buffer.from('not a part'));
  expect(
    await ask('select count(*)::integer as n from receipts', { from: '2006-12-27', to: '2006-12-28' }),
  ).toEqual([{ n: 400 }]);
  for (const sql of [
    `select * from read_text('/etc/hostname')`,
    `copy (select 1) to '${join(folder, 'out.csv')}'`,
    'set enable_external_access = true',
  ])
    await expect(ask(sql), sql).rejects.toThrow();
});

it('S3-NFR-05 makes the same archive of the same seed', async () => {
  const again = archiveSettings({ ARCHIVE_STORE: join(folder, 'again'), ARCHIVE_WORK: join(folder, 'work') });
  const made: string[] = [];
  for await (const { digest } of generate(again, { seed: 1, from: '2006-12-27', days: 2, rowsPerDay: 200 }))
    made.push(digest);
  expect(made).toEqual(digests.slice(0, 2));
});
