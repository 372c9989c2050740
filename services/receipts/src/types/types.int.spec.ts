import { readFile } from 'node:fs/promises';
import { defineService, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import {
  type TestDatabase,
  type TestTokens,
  testDatabase,
  testTokens,
  uniquePrefix,
  until,
} from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { arrivalOf } from '../intake/arrival.ts';
import { takeInto } from '../intake/take.ts';
import {
  type DefineDeps,
  newestTypes,
  type OpenBook,
  openTypeBook,
  parseDocument,
  readDefinition,
  receiptTypeStream,
  sampleBytes,
  seedTypes,
  typeRoutes,
  versionsOf,
} from './index.ts';
import { shippedTypes } from './shipped/index.ts';

const authorities = ['tax-office', 'logistics'];

function defining({ pool, store, region, now }: StoreDeps): DefineDeps & Pick<StoreDeps, 'now'> {
  const [metro] = region.metros;
  if (!metro) throw new Error('A region without metros');
  return { pool, store, metro, authorities, now };
}

const service = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptTypeStream],
  readModels: [],
  migrations: new URL('../migrations/', import.meta.url),
  async routes(app, deps) {
    await seedTypes(defining(deps));
    const types = await openTypeBook(deps);
    app.addHook('onClose', () => types.stop());
    typeRoutes(app, { ...defining(deps), env: deps.env, types, admit: async () => undefined });
  },
});

let database: TestDatabase;
let receipts: RunningService<StoreDeps>;
let tokens: TestTokens;
let replica: OpenBook;

// Nothing here waits for Kafka, so no topics are made.
beforeAll(async () => {
  database = await testDatabase('receipt_types');
  tokens = await testTokens();
  const env = { ...process.env, LOG_LEVEL: 'fatal', RECEIPTS_DATABASE_URL: database.url };
  receipts = await startService(service, {
    port: 0,
    env,
    keys: tokens.keys,
    kafkaPrefix: uniquePrefix('receipt_types'),
  });
  replica = await openTypeBook(receipts.deps);
});
afterAll(async () => {
  await replica?.stop();
  await receipts?.stop();
  await database?.drop();
});

async function ask(method: 'GET' | 'POST', path: string, body?: unknown, roles = ['admin']) {
  const headers = { authorization: await tokens.bearer(roles), 'content-type': 'application/json' };
  const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  // On a crowded machine a service says 503 for a moment, as it should; a client asks again.
  return vi.waitFor(
    async () => {
      const response = await fetch(`${receipts.url}/api/v1/receipt-types${path}`, request);
      expect(response.status).not.toBe(503);
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    { timeout: 20_000, interval: 100 },
  );
}

interface Tried {
  document: string;
  recognised: boolean;
  judgement: { valid: boolean } | null;
  today: { valid: boolean } | null;
}

const voucher = readDefinition(
  await readFile(new URL('./definition/voucher.example.yaml', import.meta.url), 'utf8'),
);
const named = (type: string) => ({
  ...voucher,
  type,
  recognition: [{ pointer: '/document', equals: type }],
  schema: { type: 'object', required: ['document', 'code', 'value'] },
  sample: { document: type, code: 'A1', value: '10.00' },
});

describe('S3-RCP-02 types of receipts', () => {
  it('are there after the start, each with a sample that is recognised and valid', async () => {
    const { status, body } = await ask('GET', '', undefined, ['receipts:read']);
    expect(status).toBe(200);
    expect(body.items).toHaveLength(8);
    for (const { type, format, sample } of body.items) {
      const parsed = parseDocument(format, sampleBytes({ sample }));
      if ('refused' in parsed) throw new Error(parsed.detail);
      expect(replica.recognise(format, parsed.document)).toMatchObject({ type, format, version: 1 });
      expect(replica.judge(type, format, parsed.document, receipts.deps.now()).failures).toEqual([]);
    }
  });

  it('are seeded once, however many processes start', async () => {
    await Promise.all([1, 2, 3].map(() => seedTypes(defining(receipts.deps))));
    expect((await newestTypes(receipts.deps.pool)).map(({ version }) => version)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1,
    ]);
  });

  it('are added at run time and known in every replica within a second; the same again changes nothing', async () => {
    const { status, headers, body } = await ask('POST', '', voucher);
    expect([status, body.version, headers.get('location')]).toEqual([
      201,
      1,
      '/api/v1/receipt-types/gift-voucher/versions',
    ]);
    await until(
      'the other replica knows it',
      async () => replica.find('gift-voucher', 'JSON') !== undefined,
      {
        within: 1_000,
      },
    );
    const again = await ask('POST', '', voucher);
    expect([again.status, again.body.version]).toEqual([200, 1]);
  });

  it('keep every version, and its event says the whole of it', async () => {
    const changed = { ...voucher, title: 'Vouchers of the second kind' };
    expect((await ask('POST', '', changed)).body.version).toBe(2);
    expect((await ask('POST', '', voucher)).body.version).toBe(3);
    const { body } = await ask('GET', '/gift-voucher/versions', undefined, ['receipts:read']);
    expect(body.items.map((item: { version: number }) => item.version)).toEqual([3, 2, 1]);
    expect(body.items[1].definition).toEqual(changed);
    const events = await receipts.deps.store.history('receipt-type:gift-voucher:JSON');
    expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 3 }, () => 'ReceiptTypeDefined'));
    expect(events[1]?.data).toMatchObject({ version: 2, definition: JSON.stringify(changed) });
    const { pool } = receipts.deps;
    await expect(pool.query("update receipt_types set hash = ''")).rejects.toThrow('never changed');
    await expect(pool.query('delete from receipt_types')).rejects.toThrow('never changed');
  });

  it('that two operators change at once become two versions', async () => {
    const titles = ['One', 'Two', 'Three', 'Four'];
    const answers = await Promise.all(
      titles.map((title) => ask('POST', '', { ...named('racing'), title }).then(({ status }) => status)),
    );
    expect(answers).toEqual([201, 201, 201, 201]);
    const versions = await versionsOf(receipts.deps.pool, 'racing');
    expect(versions.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect(versions.map(({ definition }) => definition.title).sort()).toEqual([...titles].sort());
  });

  it('follow the release, but not what an operator changed, and never back to an older one', async () => {
    const [ours, theirs] = await shippedTypes();
    if (!ours || !theirs) throw new Error('Nothing is shipped');
    const titles = async ({ type }: { type: string }) =>
      (await versionsOf(receipts.deps.pool, type)).map(({ definition }) => definition.title);
    const next = [ours, theirs].map((definition) => ({ ...definition, title: 'Next release' }));
    await ask('POST', '', { ...ours, title: 'Ours' });
    await seedTypes(defining(receipts.deps), next);
    expect(await titles(ours)).toEqual(['Ours', ours.title]);
    expect(await titles(theirs)).toEqual(['Next release', theirs.title]);
    await seedTypes(defining(receipts.deps));
    expect(await titles(ours)).toEqual(['Ours', ours.title]);
    expect(await titles(theirs)).toEqual(['Next release', theirs.title]);
  });

  it.each([
    ['a schema that is none', { schema: { type: 'thing' } }, '#/schema'],
    [
      'a pattern that may take for ever',
      { schema: { type: 'string', pattern: '(a+)+$' } },
      '#/schema/pattern',
    ],
    [
      'an expression that is none',
      { checks: [{ name: 'broken', pointer: '', expression: 'doc.value >', message: 'Broken' }] },
      '#/checks/0/expression',
    ],
    ['a mapping of another type', { mapping: { total: '"ten"' } }, '#/mapping/total'],
    [
      'a sample that breaks a rule',
      { sample: { document: 'gift_voucher', code: 'AB12', value: '0.00' } },
      '#/sample/value',
    ],
    [
      'a sample it does not recognise',
      { sample: { document: 'other', code: 'AB12', value: '1.00' } },
      '#/recognition',
    ],
    ['an authority there is not', { authorities: ['moon'] }, '#/authorities/0'],
    [
      'taking the documents of another type',
      { type: 'grabber', recognition: [...voucher.recognition, { pointer: '/code', exists: true }] },
      '#/recognition',
    ],
  ])('are refused with the place for %s', async (_, change, pointer) => {
    const { status, body } = await ask('POST', '', { ...voucher, ...change });
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([422, 'invalid-receipt-type', pointer]);
  });

  it('are changed by nobody but those who may, and read by no stranger', async () => {
    expect((await ask('POST', '', voucher, ['receipts:write'])).status).toBe(403);
    expect((await ask('POST', '/dry-run', { definition: voucher }, ['receipts:write'])).status).toBe(403);
    expect((await ask('GET', '', undefined, ['receipts:write'])).status).toBe(200);
    expect((await ask('GET', '', undefined, ['customer'])).status).toBe(403);
    expect((await ask('GET', '/nothing/versions')).status).toBe(404);
  });
});

describe('S3-RCP-02 a dry run', () => {
  it('judges samples and stored receipts by a definition and by today, and changes nothing', async () => {
    const { pool, now } = receipts.deps;
    const definition = {
      ...voucher,
      checks: [
        ...voucher.checks,
        {
          name: 'small',
          pointer: '/value',
          expression: 'canonical.total < 5000',
          message: 'It is too much.',
        },
      ],
    };
    const arrival = arrivalOf(
      {
        client: 'shop',
        metro: 'sfo',
        format: 'JSON',
        type: 'gift-voucher',
        raw: Buffer.from('{"document":"gift_voucher","code":"ZZ99","value":"60.00"}'),
        at: now(),
      },
      undefined,
    );
    await takeInto(pool)(arrival);
    const before = await newestTypes(pool);
    const missing = arrival.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const { status, body } = await ask('POST', '/dry-run', {
      definition,
      samples: [{ document: 'gift_voucher', code: 'AB12', value: 'ten' }, { nothing: true }],
      receipt_ids: [arrival.id, missing],
    });
    expect(status).toBe(200);
    expect(
      body.items.map((item: Tried) => [
        item.document,
        item.recognised,
        item.judgement?.valid,
        item.today?.valid,
      ]),
    ).toEqual([
      ['sample', true, true, true],
      ['samples/0', true, false, false],
      ['samples/1', false, false, undefined],
      [arrival.id, true, false, true],
    ]);
    expect(body.items[3].judgement.failures).toEqual([
      { rule: 'small', pointer: '/value', detail: 'It is too much.' },
    ]);
    expect(body.missing).toEqual([missing]);
    expect(await newestTypes(pool)).toEqual(before);
  });

  it('names the place where a definition cannot be used at all', async () => {
    const { status, body } = await ask('POST', '/dry-run', {
      definition: { ...voucher, mapping: { total: 'doc.' } },
    });
    expect([status, body.errors[0].pointer]).toEqual([422, '#/definition/mapping/total']);
  });
});
