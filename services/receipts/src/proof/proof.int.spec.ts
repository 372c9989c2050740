import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTables } from '@dabba/projections';
import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { exportPKCS8, generateKeyPair, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { archiveDay } from '../archive/close/archive-day.ts';
import { sweepDay } from '../archive/close/sweep.ts';
import { archiveOf } from '../archive/index.ts';
import { arrivalOf } from '../intake/arrival.ts';
import { takeInto } from '../intake/take.ts';
import { judgeDue } from '../judging/judge.ts';
import { receiptList } from '../read-models/receipt-list.ts';
import { recorder } from '../registration/record.ts';
import { storedReceipts } from '../types/index.ts';
import { closeDays } from './close-day.ts';
import { dayAfter, verifyChain } from './root.ts';
import { proofService } from './spec/service.ts';
import { proofDeps } from './task.ts';
import { rootKey } from './tree.ts';
import { verifyProof } from './verify.ts';

const day = 86_400_000;
const minute = 60_000;
/** The first day with receipts; the clock stands a little after midnight two days later. */
const first = '2026-03-01';
const midnight = Date.parse(first) + 2 * day;
let now = midnight;

let service: RunningService<StoreDeps>;
let tokens: TestTokens;
let folder: string;
let ids: string[];
let nextRun: string;
const never = new AbortController().signal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proof-'));
  tokens = await testTokens();
  const env = {
    ...process.env,
    LOG_LEVEL: 'fatal',
    ARCHIVE_STORE: join(folder, 'store'),
    ARCHIVE_WORK: join(folder, 'work'),
  };
  const kafkaPrefix = uniquePrefix('proof');
  const { deps, close } = await connect(proofService, { kafkaPrefix, env });
  await createTables(receiptList, deps.pool);
  await proofService.seed?.(deps);
  await close();
  service = await startService(proofService, { port: 0, keys: tokens.keys, kafkaPrefix, env });
  nextRun = await until('it has looked once, and waits', async () => {
    const { rows } = await service.deps.pool.query<{ at: Date }>(
      "select run_at as at from graphile_worker.jobs where key = 'close-receipt-days' and locked_at is null",
    );
    return rows[0] && rows[0].at.getTime() > Date.now() && rows[0].at.toISOString();
  });
  // Three of the first day, none of the next, one of today.
  ids = [];
  for (const at of [0, 1_000, day - 1]) ids.push(await take(Date.parse(first) + at));
  ids.push(await take(midnight));
});
afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

const own = () => proofDeps({ ...service.deps, now: () => now });

const bytesOf = (at: number) => Buffer.from(JSON.stringify({ at }));

/** A receipt that came at this time, valid and on its way to the tax office. */
async function take(at: number): Promise<string> {
  const { deps } = service;
  const known = {
    client: 'till_sfo',
    metro: 'sfo',
    format: 'JSON',
    type: 'us-sales-receipt',
    raw: bytesOf(at),
    at,
  } as const;
  const arrival = arrivalOf(known, undefined);
  const taken = await takeInto(deps.pool)({ ...arrival, id: idAt(at) });
  if (taken.fate !== 'new') throw new Error('It was there');
  const version = {
    type: 'us-sales-receipt',
    version: 1,
    format: 'JSON',
    authorities: ['tax-office'],
  } as const;
  const canonical = { number: '1', issuedAt: null, seller: '1', total: 1, currency: 'USD' };
  const types = { judge: () => ({ version, passed: [], failures: [], canonical }) };
  await judgeDue({ ...deps, types, parse: () => ({}) });
  return taken.receiptId;
}

function idAt(at: number): string {
  const hex = at.toString(16).padStart(12, '0');
  const random = Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${random}`;
}

async function get(path: string, as = 'till_sfo') {
  const response = await fetch(`${service.url}/api/v1/${path}`, {
    headers: {
      authorization: await tokens.bearer(['receipts:read'], { kind: 'machine', sub: as, metro: null }),
    },
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const published = async (): Promise<JSONWebKeySet> =>
  JSON.parse(await (await fetch(`${service.url}/api/v1/receipt-roots/keys`)).text());

it('looks at once when it starts, and again after each midnight', () => {
  expect(nextRun).toMatch(/T00:15:00.000Z$/);
});

it('signs nothing of a day while something may come of it, and says when it will', async () => {
  now = Date.parse(first) + day + 14 * minute;
  await closeDays(own(), never);
  expect((await get('receipt-roots')).body.items).toEqual([]);
  const { status, body, headers } = await get(`receipts/${ids[0]}/proof`);
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: 'receipt-not-rooted', rooted_after: '2026-03-02T00:15:00.000Z' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(60);
});

it('closes each day that is over once, empty ones too, however many processes try', async () => {
  now = midnight + 15 * minute;
  await Promise.all([closeDays(own(), never), closeDays(own(), never)]);
  await closeDays(own(), never);
  const { items } = (await get('receipt-roots')).body;
  expect(items.map((each: { day: string; size: number }) => [each.day, each.size])).toEqual([
    [first, 3],
    [dayAfter(first), 0],
  ]);
  expect(items[0].previous).toBeNull();
  expect(items[1].previous).toBe(items[0].hash);
  const roots = items.map(({ jws }: { jws: string }) => jws);
  expect(await verifyChain(roots, await published())).toEqual([]);
  expect((await get(`receipt-roots/${first}`)).body).toEqual(items[0]);
  expect((await get('receipt-roots/2026-03-03')).status).toBe(404);
  const story = await service.deps.store.history('receipt-roots');
  expect(story.map(({ type, data }) => [type, 'jws' in data && data.jws])).toEqual(
    roots.map((jws: string) => ['ReceiptDayRooted', jws]),
  );
  expect((await own().objects.get(rootKey(first)))?.toString()).toBe(roots[0]);
});

it('says so of a day that never gets a root, since the chain began after it', async () => {
  const early = await take(Date.parse(first) - day);
  const { status, body, headers } = await get(`receipts/${early}/proof`);
  expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'day-without-root', null]);
  await service.deps.pool.query('delete from inbox where id = $1', [early]);
});

it('lets nothing into a day that is closed', async () => {
  await expect(take(Date.parse(first) + 5_000)).rejects.toThrow('The day of this receipt is closed');
});

it('proves each receipt offline, by what authorities said word for word', async () => {
  const record = recorder(service.deps);
  const said = '{"uid": "…", "status":"registered",\t"fiscal_number":"FN-9"}';
  const [one = ''] = ids;
  const answer = {
    receiptId: one,
    metro: 'sfo',
    authority: 'tax-office',
    attempts: 1,
    at: now,
    said,
  } as const;
  await record({ ...answer, outcome: 'REGISTERED', externalRef: 'FN-9' });
  await record({ ...answer, outcome: 'REGISTERED', externalRef: 'FN-9', at: now + 1 });
  const keys = await published();
  for (const id of ids.slice(0, 3)) {
    const { status, body } = await get(`receipts/${id}/proof`);
    expect(status).toBe(200);
    expect(await verifyProof(body, keys)).toEqual({ ok: true, bundle: body });
  }
  const { body } = await get(`receipts/${one}/proof?document=true`);
  expect(await verifyProof(body, keys, bytesOf(Date.parse(first)))).toMatchObject({ ok: true });
  expect(await verifyProof(body, keys, bytesOf(0))).toMatchObject({ ok: false });
  expect(Buffer.from(body.document, 'base64')).toEqual(bytesOf(Date.parse(first)));
  expect(body.outcome).toMatchObject({
    status: 'ACCEPTED',
    registrations: [{ authority: 'tax-office', status: 'REGISTERED', reference: 'FN-9' }],
  });
  expect(body.acknowledgements).toMatchObject([{ authority: 'tax-office', body: said }]);
});

it('S3-SEC-01 proves nothing to another client, nor roots to one without a contract', async () => {
  expect((await get(`receipts/${ids[0]}/proof`, 'till_nyc')).status).toBe(404);
  expect((await get(`receipts/${ids[0]}/proof`, 'nobody')).status).toBe(403);
  expect((await get('receipt-roots', 'nobody')).status).toBe(403);
});

it('proves from the archive what hot tables no longer have', async () => {
  const { deps } = service;
  const record = recorder(deps);
  const [one = '', ...others] = ids.slice(0, 3);
  for (const receiptId of others) {
    const answer = { receiptId, metro: 'sfo', authority: 'tax-office', attempts: 1, at: now } as const;
    await record({ ...answer, outcome: 'REFUSED', reason: 'No such seller', said: '{}' });
  }
  const before = (await get(`receipts/${one}/proof?document=true`)).body;
  const closing = { ...deps, now: () => now, archive: archiveOf(deps).settings };
  await archiveDay(closing, first);
  await deps.pool.query(
    'update dabba.relay_cursor set position = (select coalesce(max(position), 0) from dabba.events)',
  );
  expect(await sweepDay(closing, first)).toBe(true);
  expect((await deps.pool.query('select from inbox where received_on = $1', [first])).rowCount).toBe(0);
  const { status, body: after } = await get(`receipts/${one}/proof?document=true`);
  expect(status).toBe(200);
  const { issued_at: _, signature: __, ...same } = before;
  expect(after).toMatchObject(same);
  expect(await verifyProof(after, await published(), bytesOf(Date.parse(first)))).toMatchObject({ ok: true });
});

it('S3-RCP-02 a dry run of rules reads stored receipts from the archive as well', async () => {
  const [archived = '', , , hot = ''] = ids;
  const stored = await storedReceipts(service.deps, [archived, hot, idAt(0)]);
  expect([...stored.keys()].sort()).toEqual([archived, hot].sort());
  expect(stored.get(archived)).toMatchObject({ format: 'JSON', raw: bytesOf(Date.parse(first)) });
  expect(stored.get(archived)?.receivedAt).toBe(Date.parse(first));
});

it('another key takes over; what the first one signed is verified by the keys that are published then', async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  now += day;
  const env = { ...service.deps.env, RECEIPT_ROOT_KEY: await exportPKCS8(privateKey) };
  await closeDays(proofDeps({ ...service.deps, env, now: () => now }), never);
  const keys = await published();
  expect(keys.keys).toHaveLength(2);
  const { items } = (await get('receipt-roots')).body;
  expect(new Set(items.map(({ kid }: { kid: string }) => kid)).size).toBe(2);
  expect(
    await verifyChain(
      items.map(({ jws }: { jws: string }) => jws),
      keys,
    ),
  ).toEqual([]);
  const proof = (await get(`receipts/${ids[3]}/proof`)).body;
  expect(await verifyProof(proof, keys)).toMatchObject({ ok: true });
});
