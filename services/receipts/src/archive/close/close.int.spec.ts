import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isRefusal } from '@dabba/event-store';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reopen } from '../../registration/reopen.ts';
import { findReceipt } from '../../status/find.ts';
import { viewOf } from '../../status/view.ts';
import { listBoth } from '../read/both.ts';
import { type End, listed, openWorld, place, type World } from '../spec/world.ts';
import type { Step } from './archive-day.ts';
import { importDays } from './import.ts';
import { archiveDue } from './task.ts';
import { waitsFor } from './waiting.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const some: End[] = ['ACCEPTED', 'REJECTED', 'FAILED', 'ACCEPTED', 'ACCEPTED'];

async function views(ids: readonly string[]) {
  return Promise.all(
    ids.map(async (id) => {
      const found = await findReceipt(world.deps, id);
      return found ? viewOf(id, found.receipt, found.waiting) : id;
    }),
  );
}

/** Ids of the day as the list shows them, by pages of two. */
async function pages(day: string, limit = 2): Promise<string[]> {
  const { deps, archive } = world;
  const from = new Date(day);
  const to = new Date(from.getTime() + 86_400_000);
  const ids: string[] = [];
  for (let after: { received_at: string; receipt_id: string } | undefined; ; ) {
    const page = await listBoth({ ...deps, archive }, { from, to, limit, ...(after && { after }) });
    ids.push(...page.map(({ receipt_id }) => receipt_id));
    const last = page.at(-1);
    if (page.length < limit || !last) return ids;
    after = { received_at: last.received_at.toISOString(), receipt_id: last.receipt_id };
  }
}

async function count(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await world.database.pool.query<{ n: number }>(
    `select count(*)::int as n from ${sql}`,
    values,
  );
  return rows[0]?.n ?? 0;
}

async function isArchived(day: string) {
  return (await count('archived_days where day = $1 and swept_at is not null', [day])) === 1;
}

describe('a closed day', () => {
  it('S3-NFR-05 is found in the archive as it was, and nowhere else', async () => {
    const day = '2026-10-01';
    const ids = await place(world, day, some);
    const later = await place(world, '2026-10-02', ['ACCEPTED']);
    const before = await views(ids);
    const listBefore = await pages(day);
    expect(listBefore).toEqual(ids);
    await archiveDue(world.closing());
    expect(await isArchived(day)).toBe(true);
    expect(await views(ids)).toEqual(before);
    expect(await pages(day)).toEqual(ids);
    const left = [
      await count('inbox where received_on = $1', [day]),
      await count('receipt_list where receipt_id = any($1)', [ids]),
      await count('dabba.streams where id = any($1)', [ids]),
      await count('arrivals where receipt = any($1)', [ids]),
      await count('refused_registrations where receipt = any($1)', [ids]),
      await count('dabba.events where stream = any($1)', [ids]),
    ];
    // The other day went as well, but the last event of a partition stays: the relay compares it with Kafka (K6).
    expect(left.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    const partitions = await count('(select distinct partition from dabba.events) p', []);
    expect(await count('dabba.events where stream = any($1)', [[...ids, ...later]])).toBeLessThanOrEqual(
      partitions,
    );
    const [id = ''] = ids;
    const archived = await world.archive.find(id);
    expect(archived).toMatchObject({ number: 'no-0', seller: '1', total: 100, version: 3, metro: 'sfo' });
    expect(JSON.parse(archived?.raw.toString() ?? '')).toMatchObject({ n: 0, text: 'ä €' });
  });

  it('S3-NFR-05 is one that is old enough, rooted, at its end and listed; others wait and say for what', async () => {
    const { deps } = world;
    const [young, open, unlisted, unrooted] = [
      '2026-11-01',
      '2026-10-03',
      '2026-10-04',
      '2026-10-05',
    ] as const;
    await place(world, young, ['ACCEPTED']);
    await place(world, open, ['ACCEPTED', 'REGISTERING']);
    const [behind] = await place(world, unlisted, ['ACCEPTED']);
    await place(world, unrooted, ['ACCEPTED']);
    await deps.pool.query('delete from receipt_roots where day = $1', [unrooted]);
    await deps.pool.query("update receipt_list set status = 'RECEIVED' where receipt_id = $1", [behind]);
    await archiveDue(world.closing());
    for (const day of [young, open, unlisted, unrooted]) expect(await isArchived(day), day).toBe(false);
    expect(await waitsFor(deps.pool, open)).toContain('1 answers');
    expect(await waitsFor(deps.pool, unlisted)).toContain('behind by 1');
    expect(await waitsFor(deps.pool, unrooted)).toContain('root');
    await listed(deps);
    await archiveDue(world.closing());
    expect(await isArchived(unlisted)).toBe(true);
  });

  it('S3-NFR-05 keeps events that are not on Kafka yet, and goes on when they are', async () => {
    const day = '2026-10-06';
    const ids = await place(world, day, some);
    const { pool } = world.deps;
    await pool.query('update dabba.relay_cursor set position = 0');
    await archiveDue(world.closing());
    expect(await count('archived_days where day = $1 and swept_at is null', [day])).toBe(1);
    expect(await count('dabba.events where stream = any($1)', [ids])).toBeGreaterThan(ids.length);
    expect(await pages(day)).toEqual(ids);
    expect((await views(ids)).map((view) => typeof view === 'object' && view.status)).toEqual(some);
    await listed(world.deps);
    await archiveDue(world.closing());
    expect(await isArchived(day)).toBe(true);
  });

  it('S3-NFR-05 is not marked when a receipt of it was reopened meanwhile, and ends what failed when it is', async () => {
    const day = '2026-10-07';
    const [failed = ''] = await place(world, day, ['FAILED']);
    const context = { actor: 'operator', now: world.deps.now() };
    const onStep = async (step: Step) => {
      if (step === 'manifest') await reopen(world.deps, failed, 'it was mended', context);
    };
    await archiveDue(world.closing({ onStep }));
    expect(await count('archived_days where day = $1', [day])).toBe(0);
    expect(await world.archive.settings.objects.get(`receipts/day=${day}/manifest.json`)).toBeUndefined();
    expect((await findReceipt(world.deps, failed))?.receipt.status).toBe('REGISTERING');
    const other = '2026-10-08';
    const [ended = ''] = await place(world, other, ['FAILED']);
    await archiveDue(world.closing());
    expect(await isArchived(other)).toBe(true);
    const refused = await reopen(world.deps, ended, 'too late', context);
    expect(isRefusal(refused) && refused).toMatchObject({ status: 409, code: 'receipt-archived' });
    expect((await findReceipt(world.deps, ended))?.receipt.status).toBe('FAILED');
  });

  it('S3-NFR-05 that a rebuild brings back into the list is shown once, and taken out again', async () => {
    const day = '2026-10-09';
    const ids = await place(world, day, some);
    const { pool } = world.deps;
    await pool.query('create table kept as select * from receipt_list where receipt_id = any($1)', [ids]);
    await archiveDue(world.closing());
    await pool.query('insert into receipt_list select * from kept');
    expect(await pages(day)).toEqual(ids);
    await archiveDue(world.closing());
    expect(await count('receipt_list where receipt_id = any($1)', [ids])).toBe(0);
  });

  it('S3-NFR-05 is known again from the store alone', async () => {
    const day = '2026-10-12';
    const ids = await place(world, day, some);
    await archiveDue(world.closing());
    const { pool } = world.deps;
    await pool.query('delete from archived_parts where day = $1', [day]);
    await pool.query('delete from archived_days where day = $1', [day]);
    expect(await pages(day)).toEqual([]);
    const hot = '2026-11-02';
    await place(world, hot, some);
    const { objects } = world.archive.settings;
    const manifest = (await objects.get(`receipts/day=${day}/manifest.json`))?.toString() ?? '';
    await objects.put(`receipts/day=${hot}/manifest.json`, Buffer.from(manifest.replaceAll(day, hot)));
    expect(await importDays(pool, world.archive.settings, world.deps.now())).toBe(1);
    expect(await pages(day)).toEqual(ids);
    expect(await importDays(pool, world.archive.settings, world.deps.now())).toBe(0);
  });

  it('S3-NFR-05 has no file but its own: what an earlier run left is removed', async () => {
    const day = '2026-10-11';
    await place(world, day, some);
    const { objects } = world.archive.settings;
    await objects.put(`receipts/day=${day}/part-0000-of-another-run.parquet`, Buffer.from('else'));
    await archiveDue(world.closing());
    expect((await objects.list(`receipts/day=${day}/`)).length).toBe(2);
  });

  it('S3-NFR-05 is at every moment somewhere, and never twice, while it moves', async () => {
    const day = '2026-10-10';
    const ids = await place(
      world,
      day,
      Array.from({ length: 60 }, (_, n) => some[n % 5] ?? 'ACCEPTED'),
    );
    let moving = true;
    let looks = 0;
    const look = async () => {
      while (moving) {
        expect(await pages(day, 25)).toEqual(ids);
        const found = await views(ids.slice(0, 5));
        expect(found.map((view) => typeof view === 'object' && view.status)).toEqual(some);
        looks += 1;
      }
    };
    const looking = [look(), look()];
    // No step before somebody has looked at what the one before left.
    const onStep = async () => {
      const before = looks;
      await until('somebody looked', () => looks > before + 2, { within: 30_000 });
    };
    await archiveDue(world.closing({ onStep }));
    moving = false;
    await Promise.all(looking);
    expect(await isArchived(day)).toBe(true);
  });
});

describe('a process that dies', () => {
  async function run(dieAt: string): Promise<number | null> {
    const script = fileURLToPath(new URL('../spec/archive-process.ts', import.meta.url));
    const env = { ...world.env, DIE_AT: dieAt };
    const child = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    return code;
  }

  const steps: Step[] = [
    'written',
    'put',
    'verified',
    'manifest',
    'marked',
    'emptied',
    'detached',
    'dropped',
  ];
  it.each(steps.map((step, n) => [step, `2026-09-1${n}`]))(
    'S3-NFR-05 when a day is %s leaves it in one place, and the next one finishes',
    async (step, day) => {
      const ids = await place(world, day, some);
      const before = await views(ids);
      expect(await run(step), 'it was killed').toBeNull();
      expect(await isArchived(day)).toBe(false);
      expect(await views(ids)).toEqual(before);
      expect(await pages(day)).toEqual(ids);
      await archiveDue(world.closing());
      expect(await isArchived(day)).toBe(true);
      expect(await views(ids)).toEqual(before);
      expect(await pages(day)).toEqual(ids);
    },
    120_000,
  );
});
