import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Counter, counterOf, type Handed } from './support/receipts.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let counter: Counter;
beforeAll(async () => {
  village = await openVillage();
  counter = await counterOf(village);
});
afterAll(() => village?.close());

const sale = () => counter.document('us-sales-receipt');

function problem({ status, headers, body }: Handed, expected: number, code: string): Record<string, unknown> {
  expect({ status, code: body.code }, JSON.stringify(body)).toEqual({ status: expected, code });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ status: expected, title: expect.any(String), instance: '/api/v1/receipts' });
  return body;
}

async function kept(): Promise<number> {
  const { rows } = await village.receipts.deps.pool.query<{ n: number }>(
    'select count(*)::int as n from inbox',
  );
  return rows[0]?.n ?? -1;
}

describe('POST /api/v1/receipts through the gateway', () => {
  it('S3-API-01 202: taken, with id, status and Location, in JSON and XML of whatever charset', async () => {
    for (const [type, format] of [
      ['us-sales-receipt', 'JSON'],
      ['ua-fiscal-receipt', 'JSON'],
      ['ua-fiscal-receipt', 'XML'],
    ] as const) {
      // The shipped sample is a document of its own kind as well.
      const taken = await counter.hand('till_sfo', counter.document(type, format), format);
      expect(taken.status, type).toBe(202);
      expect(taken.body).toEqual({ id: expect.any(String), status: 'RECEIVED' });
      expect(taken.headers.get('location')).toBe(`/api/v1/receipts/${String(taken.body.id)}`);
    }
    const text = counter.document('ua-fiscal-receipt', 'XML');
    const asText = await counter.hand('till_sfo', text, 'XML', { 'content-type': 'text/xml; charset=utf-8' });
    expect(asText.status).toBe(202);
  });

  it('S3-API-01 200: the same document or the same key finds the first one again', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const document = sale();
    const first = await counter.hand('till_sfo', document, 'JSON', key);
    expect(first.status).toBe(202);
    for (const headers of [key, {}, { 'idempotency-key': randomUUID() }]) {
      const again = await counter.hand('till_sfo', document, 'JSON', headers);
      expect([again.status, again.body.id]).toEqual([200, first.body.id]);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    }
    problem(await counter.hand('till_sfo', sale(), 'JSON', key), 422, 'idempotency-key-reused');
  });

  it('S3-API-01 400: malformed JSON, with line and column or a pointer', async () => {
    for (const [text, place] of [
      ['{"a": 1,\n "b" 2}', { line: 2, column: 6 }],
      ['', { line: 1, column: 1 }],
      ['[1, 2]', { pointer: '#' }],
      ['{"a": {"b": 1, "b": 2}}', { pointer: '#/a/b' }],
      ['{"a": "\\u0000"}', { pointer: '#/a' }],
      [`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, { pointer: expect.stringMatching(/^#/) }],
    ] as const) {
      const body = problem(await counter.hand('till_sfo', text), 400, 'malformed-document');
      expect(body.place, text).toEqual(place);
    }
    const notUtf8 = new Uint8Array([...Buffer.from('{"a": "'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect(problem(await counter.hand('till_sfo', notUtf8), 400, 'malformed-document').place).toEqual({
      offset: 7,
    });
  });

  it('S3-API-01 400: malformed XML, with line and column', async () => {
    for (const [text, place] of [
      ['<a>\n  <b>1</a>', { line: 2, column: expect.any(Number) }],
      ['<a b="1" b="2"/>', { line: 1, column: expect.any(Number) }],
      ['<a/><b/>', { line: 1, column: 5 }],
      ['no markup at all', expect.anything()],
    ] as const) {
      const body = problem(await counter.hand('till_sfo', text, 'XML'), 400, 'malformed-document');
      expect(body.place, text).toEqual(place);
    }
  });

  it('S3-API-01 400: XML with a document type, entities or external references is not read, let alone followed', async () => {
    const xml = counter.document('ua-fiscal-receipt', 'XML');
    const [declaration = '', rest = ''] = xml.startsWith('<?xml') ? xml.split(/(?<=\?>)/) : ['', xml];
    const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const before = await kept();
    for (const evil of [
      `${declaration}<!DOCTYPE CHECK>${rest}`,
      `<!DOCTYPE CHECK SYSTEM "http://127.0.0.1:${new URL(village.url).port}/health/live"><CHECK/>`,
      '<!DOCTYPE CHECK PUBLIC "-//X//Y" "http://example.org/x.dtd"><CHECK/>',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://example.org/x"> %b;]><a/>',
      `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l9;</a>`,
      '<a>&unknown;</a>',
      '<a>&#0;</a>',
      '<?xml-stylesheet href="http://example.org/x.xsl"?><a/>',
    ]) {
      const body = problem(await counter.hand('till_sfo', evil, 'XML'), 400, 'malformed-document');
      expect(body.place, evil.slice(0, 80)).toMatchObject({ line: 1, column: expect.any(Number) });
      expect(JSON.stringify(body)).not.toMatch(/root:|passwd|lollol/);
    }
    expect(await kept()).toBe(before);
  });

  it('S3-API-01 401: without a token, or with one that is none', async () => {
    problem(await counter.hand(null, sale()), 401, 'unauthenticated');
    problem(
      await counter.hand(null, sale(), 'JSON', { authorization: 'Bearer x.y.z' }),
      401,
      'unauthenticated',
    );
  });

  it('S3-API-01 S3-SEC-01 403: a client that may only read, by its role or by its contract, or has no contract', async () => {
    problem(await counter.hand('audit_sfo', sale()), 403, 'forbidden');
    problem(await counter.hand('ops_sfo', sale()), 403, 'forbidden');
    const sign = (client: string, change: object) =>
      village.as('admin').put(`/api/v1/receipt-contracts/${client}`, { ...terms, ...change });
    expect((await sign('till_nyc', { mode: 'READ' })).status).toBe(200);
    problem(await counter.hand('till_nyc', sale()), 403, 'no-contract');
    expect((await village.as('till_nyc').get('/api/v1/receipts')).status).toBe(200);
    expect((await sign('audit_nyc', { valid_to: '2021-01-01T00:00:00Z' })).status).toBe(200);
    expect((await village.as('audit_nyc').get('/api/v1/receipts')).status).toBe(403);
  });

  it('S3-API-01 413: larger than a document may be, said before or not', async () => {
    const large = JSON.stringify({ pad: 'x'.repeat(70_000) });
    problem(await counter.hand('till_sfo', large), 413, 'body-too-large');
    problem(await counter.hand('till_sfo', `<a>${large}</a>`, 'XML'), 413, 'body-too-large');
    const chunked = await fetch(`${village.url}/api/v1/receipts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await village.tokenOf('till_sfo')}`,
        'content-type': 'application/json',
      },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    await chunked.body?.cancel();
  });

  it('S3-API-01 415: any other content type, or none', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
    ])
      problem(
        await counter.hand('till_sfo', new Uint8Array(Buffer.from(sale())), 'JSON', { 'content-type': type }),
        415,
        'unsupported-media-type',
      );
  });

  it('S3-API-01 422: a document no type recognises', async () => {
    problem(await counter.hand('till_sfo', '{"no": "rules"}'), 422, 'receipt-type-unknown');
    problem(await counter.hand('till_sfo', '<no><rules/></no>', 'XML'), 422, 'receipt-type-unknown');
    // JSON that says it is XML is no XML.
    problem(await counter.hand('till_sfo', sale(), 'XML'), 400, 'malformed-document');
  });

  it('S3-API-01 429: over the quota of the contract, with the time to come back', async () => {
    const signed = await village
      .as('admin')
      .put('/api/v1/receipt-contracts/till_nyc', { ...terms, metro: 'nyc', quota_per_minute: 1 });
    expect(signed.status).toBe(200);
    // What was agreed before is believed for half a minute.
    const over = await expect
      .poll(() => counter.hand('till_nyc', sale()), { timeout: 45_000, interval: 500 })
      .toMatchObject({ status: 429 })
      .then(() => counter.hand('till_nyc', sale()));
    problem(over, 429, 'over-quota');
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('S3-API-01 a well-formed receipt that breaks a rule is 202, and ends REJECTED with the place', async () => {
    const wrong = JSON.stringify({ ...JSON.parse(sale()), total: 9_999.99 });
    const taken = await counter.hand('till_sfo', wrong);
    expect(taken.status).toBe(202);
    const { checks } = await counter.reaches('till_sfo', String(taken.body.id), 'REJECTED');
    expect(checks.filter(({ passed }) => !passed)).toEqual(
      expect.arrayContaining([expect.objectContaining({ pointer: '/total' })]),
    );
  });
});

describe('POST /api/v1/receipts/batch through the gateway', () => {
  const batch = (login: string | null, text: string) =>
    counter.hand(login, text, 'NDJSON', {}, '/api/v1/receipts/batch');

  it('S3-RCP-01 gives each line an outcome of its own; sent again it finds what came in', async () => {
    const xml = JSON.stringify(counter.document('ua-fiscal-receipt', 'XML'));
    const lines = [
      sale(),
      '',
      xml,
      '{"no": "rules"}',
      '{broken',
      '"<a>&b;</a>"',
      JSON.stringify({ pad: 'x'.repeat(70_000) }),
    ];
    const first = await batch('till_sfo', `${lines.join('\r\n')}\r\n`);
    expect(first.status).toBe(200);
    expect(first.body.items).toEqual([
      { line: 1, status: 202, id: expect.any(String) },
      { line: 3, status: 202, id: expect.any(String) },
      { line: 4, status: 422, problem: expect.objectContaining({ code: 'receipt-type-unknown' }) },
      { line: 5, status: 400, problem: expect.objectContaining({ place: { line: 1, column: 2 } }) },
      { line: 6, status: 400, problem: expect.objectContaining({ code: 'malformed-document' }) },
      { line: 7, status: 413, problem: expect.objectContaining({ code: 'body-too-large' }) },
    ]);
    const again = await batch('till_sfo', lines.slice(0, 3).join('\n'));
    const ids = (answer: Handed) => JSON.stringify(answer.body.items).match(/[\da-f-]{36}/g);
    expect(ids(again)).toEqual(ids(first)?.slice(0, 2));
    expect(again.body.items).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  it('S3-API-01 refuses a batch as it refuses a document', async () => {
    expect(await batch('till_sfo', '\n\n')).toMatchObject({
      status: 400,
      body: { code: 'malformed-document' },
    });
    expect(await batch('till_sfo', '{}\n'.repeat(1_001))).toMatchObject({
      status: 413,
      body: { code: 'too-many-documents' },
    });
    expect(await batch('audit_sfo', sale())).toMatchObject({ status: 403 });
    expect(await batch(null, sale())).toMatchObject({ status: 401 });
    const asJson = await counter.hand('till_sfo', sale(), 'JSON', {}, '/api/v1/receipts/batch');
    expect(asJson).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  });
});

const terms = {
  mode: 'READ_WRITE',
  metro: 'nyc',
  quota_per_minute: 60_000,
  valid_from: '2020-01-01T00:00:00Z',
  valid_to: null,
};
