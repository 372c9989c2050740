import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { Problem } from '@dabba/service-kit';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReceiptFilter } from '../../read-models/receipt-list.ts';
import { archiveDue } from '../close/task.ts';
import { type End, openWorld, place, type World } from '../spec/world.ts';
import { openArchive } from './archive.ts';
import { listBoth } from './both.ts';

const folder = await mkdtemp(join(tmpdir(), 'read-'));
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  allowMismatchedSignatures: true,
  directory: folder,
  configureBuckets: [{ name: 'dabba', configs: [] }],
});
process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';

/** An archive in S3, with two days in it and one that is hot. */
let world: World;
const days = ['2026-10-01', '2026-10-02', '2026-11-18'] as const;
const ids: string[] = [];

beforeAll(async () => {
  const { port } = await server.run();
  world = await openWorld({
    ARCHIVE_STORE: 's3://dabba/prod',
    ARCHIVE_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    ARCHIVE_QUERIES: '1',
    ARCHIVE_WAITING: '1',
  });
  const ends = Array.from({ length: 10 }, (_, n): End => (n % 5 === 0 ? 'REJECTED' : 'ACCEPTED'));
  for (const day of days) ids.push(...(await place(world, day, ends)));
  await archiveDue(world.closing());
});
afterAll(async () => {
  await world.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const all = { from: new Date('2026-01-01'), to: new Date('2027-01-01'), limit: 100 };
const list = async (filter: Partial<ReceiptFilter> = {}) =>
  (await listBoth({ ...world.deps, archive: world.archive }, { ...all, ...filter })).map(
    ({ receipt_id }) => receipt_id,
  );

it('S3-API-03 S3-NFR-03 pages go on from the archive into hot tables, in one order', async () => {
  const { rows } = await world.deps.pool.query(
    'select day::text from archived_days where swept_at is not null order by day',
  );
  expect(rows.map(({ day }) => day)).toEqual(days.slice(0, 2));
  expect(await list()).toEqual(ids);
  for (const limit of [1, 7, 10, 20]) {
    const found: string[] = [];
    let after: ReceiptFilter['after'];
    for (;;) {
      const page = await listBoth(
        { ...world.deps, archive: world.archive },
        { ...all, limit, ...(after && { after }) },
      );
      found.push(...page.map(({ receipt_id }) => receipt_id));
      const last = page.at(-1);
      if (!last) break;
      after = { received_at: last.received_at.toISOString(), receipt_id: last.receipt_id };
    }
    expect(found, `by ${limit}`).toEqual(ids);
  }
});

it('S3-API-03 filters both tiers alike: interval, client, type, status', async () => {
  const at = (n: number) => new Date(Date.parse(days[1]) + n * 1000 + 1);
  expect(await list({ from: at(2), to: at(5) })).toEqual(ids.slice(12, 15));
  expect(await list({ client: 'client-1' })).toEqual(ids.filter((_, n) => n % 2 === 1));
  expect(await list({ status: 'REJECTED' })).toEqual(ids.filter((_, n) => n % 5 === 0));
  expect(await list({ type: 'test' })).toEqual(ids);
  expect(await list({ client: "no'body" })).toEqual([]);
  const [cold, hot] = [await world.archive.find(ids[0] ?? ''), await world.archive.find(ids[25] ?? '')];
  expect([cold?.id, hot]).toEqual([ids[0], undefined]);
});

it('S3-NFR-05 a part that is not what was written is not read', async () => {
  const [key = ''] = (await world.archive.settings.objects.list(`receipts/day=${days[0]}/`)).filter((one) =>
    one.endsWith('.parquet'),
  );
  const path = join(folder, 'fetched');
  await world.archive.settings.objects.fetch(key, path);
  const whole = await readFile(path);
  await writeFile(path, Buffer.concat([whole.subarray(0, -9), Buffer.from('x'), whole.subarray(-8)]));
  await world.archive.settings.objects.put(key, { path });
  const fresh = openArchive(world.deps.pool, world.archive.settings);
  await expect(fresh.find(ids[0] ?? '')).rejects.toThrow('not what was written');
  await world.archive.settings.objects.put(key, whole);
  expect((await fresh.find(ids[0] ?? ''))?.id, 'and once it is mended it is fetched anew').toBe(ids[0]);
  await fresh.close();
});

it('S3-NFR-03 answers so many at once, lets so many wait, and sends the others away for some seconds', async () => {
  const { settings } = world.archive;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const fetch = async (key: string, path: string) => {
    await gate;
    return settings.objects.fetch(key, path);
  };
  const slow = openArchive(world.deps.pool, { ...settings, objects: { ...settings.objects, fetch } });
  const sent: unknown[] = [];
  const asked = Array.from({ length: 5 }, () =>
    slow.find(ids[0] ?? '').catch((error: unknown) => void sent.push(error)),
  );
  await until('the others are sent away', () => sent.length === 3);
  open();
  const answers = await Promise.all(asked);
  expect(answers.filter(Boolean).length).toBe(2);
  for (const reason of sent)
    expect(reason instanceof Problem && reason.init).toMatchObject({ status: 503, retryAfter: 5 });
  await slow.close();
});
