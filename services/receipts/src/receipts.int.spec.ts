import { createHash, randomUUID } from 'node:crypto';
import { uniquePrefix, until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrivalsSince } from './giving-way/arrivals.ts';
import { pressureOn } from './giving-way/pressure.ts';
import { type Call, World } from './spec/world.ts';
import { sampleBytes } from './types/index.ts';
import { shippedTypes } from './types/shipped/index.ts';
import { verifyWebhook } from './webhooks/index.ts';
import { startReceiver } from './webhooks/spec/receiver.ts';

let world: World;
/** A valid US sale, of a number that nobody had. */
let sale: () => string;

beforeAll(async () => {
  world = await World.open();
  const shipped = await shippedTypes();
  const us = shipped.find(({ type }) => type === 'us-sales-receipt') ?? expect.fail('no US receipt');
  const sample = Object(JSON.parse(sampleBytes(us).toString()));
  sale = () => JSON.stringify({ ...sample, receipt_number: randomUUID() });
});
afterAll(() => world?.close());

const call: World['call'] = (...given) => world.call(...given);
const post = (body: string, given: Call = {}) => call('POST', '/api/v1/receipts', { ...given, body });

async function counts() {
  const { rows } = await world.receipts.deps.pool.query<{ inbox: string; names: string }>(
    'select (select count(*) from inbox) as inbox, (select count(*) from arrivals) as names',
  );
  return rows[0];
}

async function judged(id: string) {
  return until('it is judged', async () => {
    const { body } = await call('GET', `/api/v1/receipts/${id}`);
    return body.status !== 'RECEIVED' && body;
  });
}

describe('intake', () => {
  it('S3-API-01 S3-RCP-01 is 202 with id and Location, and keeps the bytes as they came with their hash', async () => {
    const document = sale();
    const taken = await post(document);
    expect([taken.status, taken.body.status]).toEqual([202, 'RECEIVED']);
    expect(taken.headers.get('location')).toBe(`/api/v1/receipts/${taken.body.id}`);
    const { rows } = await world.receipts.deps.pool.query('select raw from inbox where id = $1', [
      taken.body.id,
    ]);
    expect(rows[0]?.raw.toString()).toBe(document);
    const view = await judged(taken.body.id);
    expect(view.hash).toBe(createHash('sha256').update(document).digest('hex'));
    expect(view).toMatchObject({
      status: 'REGISTERING',
      type: 'us-sales-receipt',
      format: 'JSON',
      version: 1,
    });
    expect(view.registrations).toMatchObject([{ service: 'tax-office', status: 'PENDING', attempts: 0 }]);
  });

  it('S3-API-01 the same document or the same key finds the first one; a used key for another document is 422', async () => {
    const document = sale();
    const [first, twin] = await Promise.all([post(document), post(document)]);
    expect([first.status, twin.status].sort()).toEqual([200, 202]);
    expect(twin.body.id).toBe(first.body.id);
    const key = uniquePrefix('key');
    const keyed = (body: string) => post(body, { headers: { 'idempotency-key': key } });
    const again = await keyed(document);
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const before = await counts();
    const other = sale();
    expect(await keyed(other)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await counts()).toEqual(before);
    // What was refused has left nothing behind: without the key it is new.
    expect((await post(other)).status).toBe(202);
    // Another client's document is its own.
    expect((await post(document, { client: 'till_nyc' })).status).toBe(202);
  });

  it('S3-API-01 S3-SEC-01 refuses what it must, says where, and keeps nothing of it', async () => {
    const before = await counts();
    const xml = { 'content-type': 'application/xml' };
    const refused: [Promise<{ status: number; body: Record<string, unknown> }>, number, string][] = [
      [post('{"number": '), 400, 'malformed-document'],
      [post('<receipt><total>1</receipt>', { headers: xml }), 400, 'malformed-document'],
      [
        post('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', { headers: xml }),
        400,
        'malformed-document',
      ],
      [post('{"no": "rules"}'), 422, 'receipt-type-unknown'],
      [post('total=1', { headers: { 'content-type': 'text/plain' } }), 415, 'unsupported-media-type'],
      [post(JSON.stringify({ pad: 'x'.repeat(9_000) })), 413, 'body-too-large'],
      [post(sale(), { client: 'audit_sfo' }), 403, 'no-contract'],
      [post(sale(), { roles: ['receipts:read'] }), 403, 'forbidden'],
      [post(sale(), { client: 'nobody' }), 403, 'no-contract'],
      [post(sale(), { headers: { authorization: 'Bearer no' } }), 401, 'unauthenticated'],
      [post(sale(), { headers: { 'idempotency-key': 'ä' } }), 400, 'idempotency-key-invalid'],
    ];
    for (const [answer, status, code] of refused)
      expect(await answer).toMatchObject({ status, body: { code } });
    expect((await post('{"a": 1,\n "b" 2}')).body.place).toMatchObject({ line: 2 });
    expect(await counts()).toEqual(before);
  });

  it('S3-SEC-01 a contract ends, and a quota is 429 with the time to come back', async () => {
    const client = uniquePrefix('client');
    const terms = {
      mode: 'READ_WRITE',
      metro: 'sfo',
      quota_per_minute: 1,
      valid_from: '2020-01-01T00:00:00Z',
      valid_to: null,
    };
    const sign = (change: object, who = client) =>
      call('PUT', `/api/v1/receipt-contracts/${who}`, {
        roles: ['admin'],
        kind: 'person',
        body: JSON.stringify({ ...terms, ...change }),
      });
    expect((await sign({})).status).toBe(200);
    const sent = [
      await post(sale(), { client }),
      await post(sale(), { client }),
      await post(sale(), { client }),
    ];
    // A minute may end between them.
    expect(sent.map(({ status }) => status)).toContain(429);
    const over = sent.find(({ status }) => status === 429);
    expect(Number(over?.headers.get('retry-after'))).toBeGreaterThan(0);
    const late = `${client}-late`;
    await sign({ valid_to: '2021-01-01T00:00:00Z' }, late);
    expect(await post(sale(), { client: late })).toMatchObject({
      status: 403,
      body: { code: 'no-contract' },
    });
    expect((await sign({ valid_to: '2019-01-01T00:00:00Z' })).status).toBe(422);
    // Each sees its own, also after its end; who signs sees all, a page at a time.
    const own = (who: string, as: string) =>
      call('GET', `/api/v1/receipt-contracts/${who}`, { client: as, roles: ['receipts:read'] });
    expect(await own(late, late)).toMatchObject({
      status: 200,
      body: { client_id: late, mode: 'READ_WRITE' },
    });
    expect(await own(client, late)).toMatchObject({ status: 403, body: { code: 'other-client' } });
    const list = (query: string, roles = ['admin'], kind = 'person') =>
      call('GET', `/api/v1/receipt-contracts?limit=2${query}`, { roles, kind });
    const names: string[] = [];
    let next = '';
    do {
      const { body } = await list(next);
      names.push(...body.items.map(({ client_id }: { client_id: string }) => client_id));
      next = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (next);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining([client, late, 'till_sfo', 'audit_nyc']));
    expect((await list('', ['receipts:write'], 'machine')).status).toBe(403);
  });

  it('tells a client of an end by webhook, and publishes what proofs are verified by', async () => {
    const receiver = await startReceiver();
    const body = JSON.stringify({ url: receiver.url });
    const set = await call('PUT', '/api/v1/receipt-webhooks/main', { client: 'till_nyc', body });
    expect(set.status).toBe(201);
    const { total: _, ...broken } = JSON.parse(sale());
    const { id } = (await post(JSON.stringify(broken), { client: 'till_nyc' })).body;
    const [delivery] = await until('it is told', () => receiver.deliveries.length > 0 && receiver.deliveries);
    const { headers = {}, body: told = '' } = delivery ?? {};
    expect(verifyWebhook(headers, told, set.body.secret, Date.now())).toMatchObject({ ok: true });
    expect(JSON.parse(told)).toMatchObject({ type: 'receipt.rejected', data: { id, status: 'REJECTED' } });
    await call('DELETE', '/api/v1/receipt-webhooks/main', { client: 'till_nyc' });
    await receiver.close();
    const keys = await fetch(`${world.receipts.url}/api/v1/receipt-roots/keys`);
    expect(JSON.parse(await keys.text())).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519' }] });
    const proof = await call('GET', `/api/v1/receipts/${id}/proof`, { client: 'till_nyc' });
    expect(proof).toMatchObject({ status: 409, body: { code: 'receipt-not-rooted' } });
  });

  it('S3-SEC-01 every door is closed to who has no contract of today, person or machine', async () => {
    const late = uniquePrefix('late');
    const terms = {
      mode: 'READ_WRITE',
      metro: 'sfo',
      quota_per_minute: 1,
      valid_from: '2020-01-01T00:00:00Z',
    };
    const body = JSON.stringify({ ...terms, valid_to: '2021-01-01T00:00:00Z' });
    await call('PUT', `/api/v1/receipt-contracts/${late}`, { roles: ['admin'], kind: 'person', body });
    const id = '019a0000-0000-7000-8000-000000000000';
    const doors: [string, string, object?][] = [
      ['GET', 'receipts'],
      ['GET', `receipts/${id}`],
      ['GET', `receipts/${id}/proof`],
      ['GET', 'receipt-types'],
      ['GET', 'receipt-types/us-sales-receipt/versions'],
      ['GET', 'receipt-roots'],
      ['GET', 'receipt-roots/2026-01-01'],
      ['GET', 'receipt-webhooks'],
      ['GET', 'receipt-webhooks/main'],
      ['GET', 'receipt-webhooks/main/deliveries'],
      ['PUT', 'receipt-webhooks/main', { url: 'https://example.com/' }],
      ['POST', 'receipt-webhooks/main/secret'],
      ['POST', 'receipt-webhooks/main/redeliver', {}],
      ['DELETE', 'receipt-webhooks/main'],
    ];
    for (const who of [
      { client: late },
      { client: uniquePrefix('nobody') },
      { client: uniquePrefix('person'), kind: 'person' },
    ])
      for (const [method, path, sent] of doors) {
        const given = { ...who, roles: ['receipts:read'], ...(sent && { body: JSON.stringify(sent) }) };
        const { status, body: said } = await call(method, `/api/v1/${path}`, given);
        expect([path, status, said.code]).toEqual([path, 403, 'no-contract']);
      }
    // Those who sign contracts need none.
    const types = await call('GET', '/api/v1/receipt-types', { roles: ['operations'], kind: 'person' });
    expect(types.status).toBe(200);
  });

  it('S3-NFR-02 whoever does the work sees how much comes in at all doors, by the time in the ids', async () => {
    const { pool } = world.receipts.deps;
    const since = Date.now();
    expect(await arrivalsSince(pool, since)).toBe(0);
    await Promise.all([post(sale()), post(sale()), post(sale())]);
    expect(await arrivalsSince(pool, since)).toBe(3);
    const read = pressureOn(pool);
    expect(read().arriving).toBe(0);
    await until('it has looked', () => read().busy > 0);
    await post(sale());
    await until('the document is seen', () => read().arriving > 0);
  });

  it('S3-RCP-01 takes a batch, each line with its own outcome', async () => {
    const document = sale();
    const shipped = (await shippedTypes()).find(({ format }) => format === 'XML') ?? expect.fail('no XML');
    const xml = sampleBytes(shipped).toString();
    const body = [document, '', '{"no": "rules"}', '{broken', JSON.stringify(xml), document].join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { status, body: answer } = await call('POST', '/api/v1/receipts/batch', { body, headers });
    expect(status).toBe(200);
    const items: { line: number; status: number; id?: string }[] = answer.items;
    expect(items.map(({ line }) => line)).toEqual([1, 3, 4, 5, 6]);
    expect([items[0]?.status, items[4]?.status].sort()).toEqual([200, 202]);
    expect(items[0]?.id).toBe(items[4]?.id);
    expect(items[1]).toMatchObject({ status: 422, problem: { code: 'receipt-type-unknown' } });
    expect(items[2]).toMatchObject({ status: 400, problem: { code: 'malformed-document' } });
    expect([200, 202]).toContain(items[3]?.status);
  });
});

describe('judgement', () => {
  it('S3-RCP-02 a receipt that breaks a rule is taken all the same, and ends REJECTED with the place', async () => {
    const broken = JSON.parse(sale());
    broken.total = 9999.99;
    const taken = await post(JSON.stringify(broken));
    expect(taken.status).toBe(202);
    const view = await judged(taken.body.id);
    expect(view.status).toBe('REJECTED');
    expect(view.checks.some(({ passed }: { passed: boolean }) => !passed)).toBe(true);
    expect(JSON.stringify(view)).not.toContain('9999.99');
    const waited = await call('GET', `/api/v1/receipts/${taken.body.id}?wait=20`);
    expect(waited.body.status).toBe('REJECTED');
  });

  it('S3-STM-01 each receipt has one ReceiptReceived and one verdict, however many judge', async () => {
    const taken = await Promise.all(Array.from({ length: 40 }, () => post(sale())));
    for (const { body } of taken) await judged(body.id);
    for (const { body } of taken) {
      const history = await world.receipts.deps.store.history(body.id);
      expect(history.map(({ type }) => type)).toEqual(['ReceiptReceived', 'ReceiptValidated']);
    }
  });
});

describe('reading', () => {
  it('S3-API-02 another client’s receipt is 404; S3-API-03 lists its own by pages', async () => {
    const { body } = await post(sale(), { client: 'till_nyc' });
    expect((await call('GET', `/api/v1/receipts/${body.id}`)).status).toBe(404);
    expect((await call('GET', '/api/v1/receipts/none')).status).toBe(404);
    await until('it is listed', async () => {
      const list = await call('GET', '/api/v1/receipts?limit=10000', { client: 'till_nyc' });
      return list.body.items.some(({ id }: { id: string }) => id === body.id);
    });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call('GET', `/api/v1/receipts?limit=7${cursor && `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(
        ...page.body.items.map(({ id, client }: { id: string; client: string }) => `${client} ${id}`),
      );
      cursor = page.body.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.every((one) => one.startsWith('till_sfo '))).toBe(true);
    expect((await call('GET', '/api/v1/receipts?limit=10001')).status).toBe(400);
    expect((await call('GET', '/api/v1/receipts?client=till_nyc')).status).toBe(403);
  });
});
