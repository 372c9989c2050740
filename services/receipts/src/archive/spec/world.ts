import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTables } from '@dabba/projections';
import { connect, type StoreDeps } from '@dabba/service-kit';
import { type TestDatabase, testDatabase, uniquePrefix } from '@dabba/testing';
import { type Arrival, arrivalOf } from '../../intake/arrival.ts';
import { takeInto } from '../../intake/take.ts';
import { judgeDue } from '../../judging/judge.ts';
import { receiptList } from '../../read-models/receipt-list.ts';
import { recorder } from '../../registration/record.ts';
import type { CloseDeps } from '../close/archive-day.ts';
import { archiveOf, type OpenArchive } from '../index.ts';
import { idAt } from './receipts.ts';
import { archiveService } from './service.ts';

export interface World {
  database: TestDatabase;
  deps: StoreDeps;
  archive: OpenArchive;
  env: NodeJS.ProcessEnv;
  closing(change?: Partial<CloseDeps>): CloseDeps;
  close(): Promise<void>;
}

/** Forty days after what is placed. */
export const today = Date.UTC(2026, 10, 21, 12);

export async function openWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const database = await testDatabase('archive', 8);
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOG_LEVEL: 'silent',
    RECEIPTS_DATABASE_URL: database.url,
    KAFKA_PREFIX: uniquePrefix('archive'),
    ARCHIVE_STORE: join(folder, 'store'),
    ARCHIVE_WORK: join(folder, 'work'),
    ...settings,
  };
  const { deps: own, close } = await connect(archiveService, { env });
  const deps = { ...own, now: () => today };
  await createTables(receiptList, deps.pool);
  const archive = archiveOf(deps);
  return {
    database,
    deps,
    archive,
    env,
    closing: (change = {}) => ({ ...deps, archive: archive.settings, ...change }),
    async close() {
      await archive.close();
      await close();
      await rm(folder, { recursive: true });
      await database.drop();
    },
  };
}

export type End = 'ACCEPTED' | 'REJECTED' | 'FAILED' | 'REGISTERING';

/** Receipts of a day, one a second, by the service's own intake, judging and recording; its root is signed. Their ids. */
export async function place({ deps }: World, day: string, ends: readonly End[]): Promise<string[]> {
  const start = Date.parse(day);
  const take = takeInto(deps.pool);
  const arrivals = ends.map((end, n): Arrival => {
    const at = start + n * 1000 + 1;
    const raw = Buffer.from(JSON.stringify({ end, day, n, text: 'ä €' }));
    const known = { client: `client-${n % 2}`, metro: 'sfo', format: 'JSON', type: 'test', raw, at } as const;
    return { ...arrivalOf(known, `${day}-${n}`), id: idAt(at, n) };
  });
  await Promise.all(arrivals.map(take));
  const types = {
    judge(_type: string, _format: string, document: unknown) {
      const { end, n }: { end: End; n: number } = JSON.parse(JSON.stringify(document));
      const authorities = end === 'ACCEPTED' ? [] : ['tax-office'];
      const version = { type: 'test', version: 3, format: 'JSON', authorities } as const;
      const canonical = { number: `no-${n}`, issuedAt: start, seller: '1', total: 100 + n, currency: 'UAH' };
      const failures = end === 'REJECTED' ? [{ rule: 'total', pointer: '/n', detail: 'It is wrong' }] : [];
      return { version, passed: ['shape'], failures, canonical };
    },
  };
  const parse = (_format: string, raw: Buffer): unknown => JSON.parse(raw.toString());
  while ((await judgeDue({ ...deps, types, parse })) > 0);
  const record = recorder(deps);
  const refused = arrivals.filter((_, n) => ends[n] === 'FAILED');
  await Promise.all(
    refused.map(({ id: receiptId, at }) =>
      record({
        receiptId,
        metro: 'sfo',
        authority: 'tax-office',
        outcome: 'REFUSED',
        reason: 'Unknown seller',
        attempts: 2,
        at: at + 500,
      }),
    ),
  );
  await root(deps, day);
  await listed(deps);
  return arrivals.map(({ id }) => id);
}

async function root({ pool }: StoreDeps, day: string): Promise<void> {
  await pool.query(
    `insert into receipt_roots (day, size, root, hash, kid, jws, rooted_at) values ($1, 0, '', '', '', '', now())
     on conflict do nothing`,
    [day],
  );
}

/** What relay and fold would have done by now. */
export async function listed({ pool }: StoreDeps): Promise<void> {
  await pool.query(
    'update dabba.relay_cursor set position = (select coalesce(max(position), 0) from dabba.events)',
  );
  await pool.query(
    `insert into receipt_list (receipt_id, client_id, type, status, received_at, total, currency)
     select i.id, i.client, i.type, s.state ->> 'status', i.received_at,
            case when s.state ->> 'status' <> 'REJECTED' then 1 end, null
       from inbox i join dabba.streams s on s.id = i.id::text
     on conflict (receipt_id) do update set status = excluded.status`,
  );
}
