import { EventTooLarge, StoreUnavailable } from '@dabba/event-store';
import { Type } from 'typebox';
import { expect, test, vi } from 'vitest';
import { echoRoutes, testApp } from '../spec/test-app.ts';
import { makeIssuer } from '../spec/tokens.ts';
import type { App } from '../types.ts';
import { orNull } from './fields.ts';
import { typedText } from './typed-text.ts';

const identity = await makeIssuer();
const { app } = await testApp(identity);
const json = { 'content-type': 'application/json' };
const allowed = { authorization: `Bearer ${await identity.token()}` };

function post(payload: string | Buffer, headers: Record<string, string> = json) {
  return app.inject({ method: 'POST', url: '/api/v1/lots', payload, headers: { ...allowed, ...headers } });
}

const good = { sku: 'soup', quantity: 1 };
const lone = '\\ud800';

const bodies: [what: string, payload: string | Buffer, code: string, pointer?: string][] = [
  ['nothing', '', 'malformed-json'],
  ['no JSON', '{"sku":', 'malformed-json'],
  ['a trailing comma', '{"sku":"a",}', 'malformed-json'],
  ['NaN', '{"sku":"a","quantity":NaN}', 'malformed-json'],
  ['two values', '{}{}', 'malformed-json'],
  ['blanks', '   ', 'malformed-json'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'malformed-json'],
  ['a NUL in a value', '{"sku":"a\\u0000b","quantity":1}', 'unacceptable-json', '#/sku'],
  ['a NUL in a name', '{"a\\u0000":1}', 'unacceptable-json', '#/a%00'],
  ['a NUL deep inside', '{"tags":["x",{"y":"\\u0000"}]}', 'unacceptable-json', '#/tags/1/y'],
  ['half a surrogate pair', `{"sku":"${lone}"}`, 'unacceptable-json', '#/sku'],
  ['half a surrogate pair in a name', `{"${lone}":1}`, 'unacceptable-json', '#/%EF%BF%BD'],
  ['__proto__', '{"__proto__":{"admin":true}}', 'unacceptable-json', '#/__proto__'],
  ['an escaped __proto__', '{"a":{"\\u005f_proto__":1}}', 'unacceptable-json', '#/a/__proto__'],
  ['a name given twice', '{"sku":"a","sku":"b"}', 'unacceptable-json', '#/sku'],
  ['a name given twice, escaped', '{"sku":"a","\\u0073ku":"b"}', 'unacceptable-json', '#/sku'],
  ['too deep a nest', '['.repeat(5000) + ']'.repeat(5000), 'unacceptable-json'],
  ['too many values', `[${'0,'.repeat(30_000)}0]`, 'unacceptable-json', '#'],
  ['an array', '[]', 'invalid-request', '#'],
  ['null', 'null', 'invalid-request', '#'],
  ['a missing member', '{"sku":"a"}', 'invalid-request', '#/quantity'],
  ['an unknown member', JSON.stringify({ ...good, admin: true }), 'invalid-request', '#/admin'],
  [
    'constructor as a member',
    JSON.stringify({ ...good, constructor: 1 }),
    'invalid-request',
    '#/constructor',
  ],
  ['a number as text', '{"sku":"a","quantity":"1"}', 'invalid-request', '#/quantity'],
  ['text as a number', '{"sku":1,"quantity":1}', 'invalid-request', '#/sku'],
  ['infinity', '{"sku":"a","quantity":1e999}', 'invalid-request', '#/quantity'],
  ['a fraction', '{"sku":"a","quantity":1.5}', 'invalid-request', '#/quantity'],
  ['out of range', '{"sku":"a","quantity":101}', 'invalid-request', '#/quantity'],
  ['too long a text', JSON.stringify({ ...good, sku: 'x'.repeat(41) }), 'invalid-request', '#/sku'],
  ['a word not in the list', JSON.stringify({ ...good, kind: 'warm' }), 'invalid-request', '#/kind'],
  ['a wrong item', JSON.stringify({ ...good, tags: ['a', 2] }), 'invalid-request', '#/tags/1'],
];

test.each(bodies)(
  'S2-API-01 a body that is %s is 400 and says where',
  async (_what, payload, code, pointer) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json();
    expect(problem).toMatchObject({ status: 400, code, type: `https://dabba.dev/problems/${code}` });
    expect(problem.traceid).toMatch(/^[0-9a-f]{32}$/);
    if (pointer !== undefined)
      expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  },
);

test('what is right passes unchanged, with text of every plane', async () => {
  const body = { sku: 'суп 🍲 \u007f', quantity: 3, kind: 'hot', tags: ['{"a":1,"a":2}', '\\', '"'] };
  const answer = await post(JSON.stringify(body));
  expect(answer.json()).toEqual(body);
});

test('every fault of a body is told, not the first alone', async () => {
  const { errors } = (await post('{"quantity":0,"more":1}')).json();
  expect(errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
    '#/more',
    '#/quantity',
    '#/sku',
  ]);
});

test.each([
  ['text/plain', 415, 'unsupported-media-type'],
  ['application/xml', 415, 'unsupported-media-type'],
  ['application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
])('a body of %s is 415', async (type, status, code) => {
  const answer = await post('sku=a', { 'content-type': type });
  expect(answer.json()).toMatchObject({ status, code });
});

test('a body over 1 MiB is 413', async () => {
  const answer = await post(JSON.stringify({ sku: 'x'.repeat(1024 * 1024) }));
  expect(answer.statusCode).toBe(413);
  expect(answer.json().code).toBe('body-too-large');
});

test.each([
  ['/api/v1/lots/%00', 400, 'unacceptable-text'],
  ['/api/v1/lots/a?limit=%00', 400, 'unacceptable-text'],
  ['/api/v1/lots/%zz', 400, 'bad-request'],
  ['/api/v1/lots/%c3%28', 400, 'bad-request'],
  ['/api/v1/lots/A_B', 400, 'invalid-request'],
  ['/api/v1/lots/a?limit=ten', 400, 'invalid-request'],
  ['/api/v1/lots/a?other=1', 400, 'invalid-request'],
  [`/api/v1/lots/${'a'.repeat(300)}`, 414, 'path-too-long'],
  ['/api/v1/nothing', 404, 'not-found'],
  ["/api/v1/lots/'%20or%201=1--", 400, 'invalid-request'],
])('the address %s is %i', async (url, status, code) => {
  const answer = await app.inject({ url });
  expect(answer.json()).toMatchObject({ status, code, traceid: expect.stringMatching(/^[0-9a-f]{32}$/) });
});

test('numbers in the query are read as numbers', async () => {
  expect((await app.inject({ url: '/api/v1/lots/a?limit=5' })).json()).toEqual({ id: 'a', limit: 5 });
});

test.each([
  ['an unknown error', new Error('secret internals'), 500, 'internal'],
  ['something thrown that is no error', 'secret internals', 500, 'internal'],
  ['an event over 512 KiB', new EventTooLarge('secret internals'), 413, 'event-too-large'],
  ['a store that does not answer', new StoreUnavailable('secret internals'), 503, 'dependency-away'],
  [
    'a refused connection',
    Object.assign(new Error('secret internals'), { code: 'ECONNREFUSED' }),
    503,
    'dependency-away',
  ],
  [
    'a database that stops',
    Object.assign(new Error('secret internals'), { code: '57P01' }),
    503,
    'dependency-away',
  ],
  ['a rate limit', Object.assign(new Error('secret internals'), { statusCode: 429 }), 429, 'rate-limited'],
])('%s becomes a problem without internals', async (_what, error, status, code) => {
  const broken = await testApp(identity, {
    routes(own) {
      own.get('/break', { config: { public: true } }, () => {
        throw error;
      });
    },
  });
  const answer = await broken.app.inject({ url: '/break' });
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.body).not.toContain('secret internals');
  if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
});

test('K6 a store that is behind Kafka answers 503, health excepted', async () => {
  const behind = await testApp(identity, { behind: () => 'Kafka is ahead' });
  const lots = { method: 'POST', url: '/api/v1/lots', payload: good, headers: allowed } as const;
  expect((await behind.app.inject(lots)).json()).toMatchObject({ status: 503, code: 'store-behind-kafka' });
  expect((await behind.app.inject({ url: '/openapi.json' })).statusCode).toBe(200);
});

test('a sane correlation id is kept, another is replaced', async () => {
  const echoed = async (id: string) =>
    (await app.inject({ url: '/api/v1/lots/a', headers: { 'x-correlation-id': id } })).headers[
      'x-correlation-id'
    ];
  expect(await echoed('order-42')).toBe('order-42');
  expect(await echoed('a b\tc')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await echoed('x'.repeat(500))).toMatch(/^[0-9a-f-]{36}$/);
});

test('answers carry security headers, and no CORS unless an origin is allowed', async () => {
  const headers = { origin: 'https://kiosk.example' };
  const closed = await app.inject({ url: '/api/v1/lots/a', headers });
  expect(closed.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  });
  expect(closed.headers['access-control-allow-origin']).toBeUndefined();
  const open = await testApp(identity, { routes: echoRoutes, corsOrigins: ['https://kiosk.example'] });
  const answer = await open.app.inject({ url: '/api/v1/lots/a', headers });
  expect(answer.headers['access-control-allow-origin']).toBe('https://kiosk.example');
});

test('the OpenAPI document is made from what the routes check', async () => {
  const document = (await app.inject({ url: '/openapi.json' })).json();
  const { post: lots } = document.paths['/api/v1/lots'];
  expect(lots.requestBody.content['application/json'].schema.required).toEqual(['sku', 'quantity']);
  expect(lots.security).toEqual([{ token: [] }]);
  expect(lots['x-permission']).toBe('lots:create');
  expect(document.paths['/openapi.json']).toBeUndefined();
});

test('S1-SEC-05 words are looked at when they come in; an answer says what is kept', async () => {
  const warned = vi.spyOn(console, 'warn').mockReturnValue();
  const reason = 'by 4242 4242 4242 4242';
  const config = { permission: 'lots:create' } as const;
  const Words = Type.Object({ reason: orNull(typedText(100)) });
  const routes = (app: App) => {
    app.get('/kept', { config: { public: true }, schema: { response: { 200: Words } } }, () => ({ reason }));
    app.post('/kept', { config, schema: { body: Words } }, () => ({}));
  };
  const { app: kept } = await testApp(identity, { routes });
  expect((await kept.inject({ url: '/kept' })).json()).toEqual({ reason });
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
  const wanted = await kept.inject({ method: 'POST', url: '/kept', payload: { reason }, headers: allowed });
  expect(wanted.statusCode).toBe(400);
});
