import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { testTokens, until } from '@dabba/testing';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { footprint, isQuiet } from './support/footprint.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let kitchen = '';
let operations = '';
let customer = '';
beforeAll(async () => {
  village = await openVillage();
  kitchen = await tokenOf('stf_sfo_1');
  operations = await tokenOf('ops_sfo');
  customer = await tokenOf('cus_sfo_001');
});
afterAll(() => village?.close());

async function tokenOf(login: string): Promise<string> {
  const response = await fetch(`${village.url}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', username: login, password: village.secretOf(login) }),
  });
  const { access_token }: { access_token: string } = JSON.parse(await response.text());
  return access_token;
}

interface Bad {
  name: string;
  status: number;
  code?: string;
  pointer?: string;
  method?: string;
  path?: string;
  body?: unknown;
  raw?: string | Buffer;
  headers?: Record<string, string>;
  as?: () => string | undefined;
}

const lots = '/api/v1/lots';
const commands = '/api/v1/fridges/fr_sfo_01/commands';
const text = (body: unknown) => JSON.stringify(body);
const operating = () => operations;

const bad: Bad[] = [
  { name: 'no body', status: 400, raw: '' },
  { name: 'half an object', status: 400, raw: '{"sku": "dal"' },
  { name: 'not JSON', status: 400, raw: 'sku=dal' },
  { name: 'an array', status: 400, raw: '[]' },
  { name: 'null', status: 400, raw: 'null' },
  { name: 'bytes that are not UTF-8', status: 400, raw: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) },
  { name: 'a name twice', status: 400, raw: text(lotBody()).replace('{', '{"sku":"other",') },
  { name: 'NUL in a text', status: 400, body: lotBody({ allergens: ['a\u0000b'] }) },
  { name: 'half a surrogate', status: 400, raw: text(lotBody()).replace('"milk"', '"\\ud800"') },
  { name: '__proto__', status: 400, raw: text(lotBody()).replace('{', '{"__proto__":{"admin":true},') },
  { name: 'ten thousand brackets', status: 400, raw: '['.repeat(10_000) + ']'.repeat(10_000) },
  { name: 'two megabytes', status: 413, raw: text(lotBody({ sku: 'x'.repeat(2_000_000) })) },
  {
    name: 'a form',
    status: 415,
    raw: 'sku=dal',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { name: 'XML', status: 415, raw: '<lot/>', headers: { 'content-type': 'application/xml' } },
  { name: 'an unknown field', status: 400, body: lotBody({ discount: 5 }), pointer: '#/discount' },
  { name: 'a quantity of zero', status: 400, body: lotBody({ quantity: 0 }), pointer: '#/quantity' },
  { name: 'a negative quantity', status: 400, body: lotBody({ quantity: -3 }), pointer: '#/quantity' },
  { name: 'half a meal', status: 400, body: lotBody({ quantity: 1.5 }), pointer: '#/quantity' },
  { name: 'a million meals', status: 400, body: lotBody({ quantity: 1_000_000 }), pointer: '#/quantity' },
  { name: 'a number as text', status: 400, body: lotBody({ quantity: '3' }), pointer: '#/quantity' },
  {
    name: 'a number no double can hold',
    status: 400,
    raw: text(lotBody()).replace('"quantity":3', '"quantity":1e400'),
  },
  { name: 'no sku', status: 400, body: lotBody({ sku: undefined }), pointer: '#/sku' },
  { name: 'an empty sku', status: 400, body: lotBody({ sku: '' }), pointer: '#/sku' },
  {
    name: 'SQL for a sku',
    status: 400,
    body: lotBody({ sku: "'; drop table dabba.events; --" }),
    pointer: '#/sku',
  },
  { name: 'a path for a sku', status: 400, body: lotBody({ sku: '../../etc/passwd' }), pointer: '#/sku' },
  { name: 'an object for a sku', status: 400, body: lotBody({ sku: { $ne: '' } }), pointer: '#/sku' },
  {
    name: 'the 31st of February',
    status: 400,
    body: lotBody({ produced_at: '2026-02-31T10:00:00Z' }),
    pointer: '#/produced_at',
  },
  {
    name: 'a day without a time',
    status: 400,
    body: lotBody({ expires_at: '2099-01-01' }),
    pointer: '#/expires_at',
  },
  {
    name: 'food from the future',
    status: 422,
    code: 'lot-not-yet-produced',
    body: lotBody({ produced_at: '2090-01-01T00:00:00Z', expires_at: '2091-01-01T00:00:00Z' }),
  },
  {
    name: 'food that expired',
    status: 422,
    code: 'lot-already-expired',
    body: lotBody({ produced_at: '2020-01-01T00:00:00Z', expires_at: '2020-01-02T00:00:00Z' }),
  },
  {
    name: 'food that expires before it is made',
    status: 422,
    code: 'lot-expires-before-production',
    body: lotBody({ expires_at: '2020-01-02T00:00:00Z' }),
  },
  {
    name: 'an allergen that is certain and possible',
    status: 422,
    code: 'allergen-both-certain-and-possible',
    body: lotBody({ may_contain: ['milk'] }),
  },
  { name: 'an allergen twice', status: 400, body: lotBody({ allergens: ['milk', 'milk'] }) },
  { name: 'another kitchen', status: 403, code: 'other-kitchen', body: lotBody({ kitchen_id: 'kit_nyc_1' }) },
  { name: 'another metro', status: 403, code: 'other-metro', body: lotBody({ metro: 'nyc' }), as: operating },
  {
    name: 'an empty Idempotency-Key',
    status: 400,
    code: 'idempotency-key-invalid',
    body: lotBody(),
    headers: { 'idempotency-key': '""' },
  },
  {
    name: 'an Idempotency-Key of a kilobyte',
    status: 400,
    code: 'idempotency-key-invalid',
    body: lotBody(),
    headers: { 'idempotency-key': 'k'.repeat(1024) },
  },
  { name: 'a customer who cooks', status: 403, code: 'forbidden', body: lotBody(), as: () => customer },
  { name: 'nobody', status: 401, body: lotBody(), as: () => undefined },
  { name: 'half a token', status: 401, body: lotBody(), as: () => kitchen.slice(0, -20) },
  { name: 'a token without signature', status: 401, body: lotBody(), as: unsigned },
  { name: 'a token of a million bytes', status: 431, body: lotBody(), as: () => 'x'.repeat(1_000_000) },
  {
    name: 'an unknown command',
    status: 400,
    path: commands,
    body: { kind: 'EXPLODE', reason: 'why not' },
    as: operating,
    pointer: '#/kind',
  },
  {
    name: 'a command without a reason',
    status: 400,
    path: commands,
    body: { kind: 'LOCK' },
    as: operating,
    pointer: '#/reason',
  },
  {
    name: 'a command to a fridge nobody has',
    status: 404,
    code: 'fridge-unknown',
    path: '/api/v1/fridges/fr_none/commands',
    body: { kind: 'LOCK', reason: 'x' },
    as: operating,
  },
  {
    name: 'a fridge that exists already',
    status: 409,
    code: 'fridge-exists',
    path: '/api/v1/fridges',
    body: { id: 'fr_sfo_01', name: 'Mine', capacity: 1 },
    as: operating,
  },
  {
    name: 'a fridge without room',
    status: 400,
    path: '/api/v1/fridges',
    body: { name: 'Mine', capacity: 0 },
    as: operating,
    pointer: '#/capacity',
  },
  {
    name: 'a meal nobody made',
    status: 404,
    code: 'meal-unknown',
    method: 'GET',
    path: '/api/v1/meals/none',
  },
  { name: 'an id with NUL', status: 400, method: 'GET', path: '/api/v1/meals/a%00b' },
  { name: 'an id of two kilobytes', status: 414, method: 'GET', path: `/api/v1/meals/${'a'.repeat(2048)}` },
  {
    name: 'a path that climbs',
    status: 400,
    method: 'GET',
    path: '/api/v1/meals/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  },
  {
    name: 'a made-up cursor',
    status: 400,
    code: 'cursor-invalid',
    method: 'GET',
    path: '/api/v1/meals?cursor=eyJub25zZW5zZSI6MX0',
  },
  { name: 'a limit of a billion', status: 400, method: 'GET', path: '/api/v1/meals?limit=1000000000' },
  { name: 'an unknown status', status: 400, method: 'GET', path: '/api/v1/meals?status=EATEN' },
  { name: 'an unknown parameter', status: 400, method: 'GET', path: '/api/v1/meals?admin=true' },
  { name: 'a place that is not there', status: 404, method: 'GET', path: '/api/v1/wallet' },
  { name: 'deleting a lot', status: 404, method: 'DELETE', path: '/api/v1/lots/some' },
  {
    name: 'a grant nobody gives',
    status: 400,
    path: '/api/v1/auth/token',
    body: { grant_type: 'magic' },
    as: () => undefined,
  },
  {
    name: 'a login without a password',
    status: 400,
    path: '/api/v1/auth/token',
    body: { grant_type: 'password', username: 'admin' },
    as: () => undefined,
  },
  {
    name: 'a wrong password',
    status: 401,
    code: 'invalid-credentials',
    path: '/api/v1/auth/token',
    body: { grant_type: 'password', username: 'admin', password: "' or 1=1 --" },
    as: () => undefined,
  },
];

function unsigned(): string {
  const [, claims] = kitchen.split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
}

interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

/** Plain node:http sends what fetch would mend or refuse. */
function send({
  method = 'POST',
  path = lots,
  body,
  raw = body === undefined ? '' : text(body),
  headers = {},
  as = () => kitchen,
}: Bad): Promise<Answer> {
  const token = as();
  return new Promise((resolve, reject) => {
    const asked = request(
      `${village.url}${path}`,
      {
        method,
        headers: {
          ...(method === 'POST' && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(raw),
          }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(method === 'POST' ? raw : undefined);
  });
}

it(`S2-API-01 ${bad.length} requests that are malformed, hostile or illegal get the right problem and change nothing`, async () => {
  await until('the stores are on Kafka', () => isQuiet(village));
  const before = await footprint(village);
  const wrong: string[] = [];
  for (const one of bad) {
    const answer = await send(one);
    const found = complaint(one, answer);
    if (found !== undefined)
      wrong.push(`${one.name}: ${found}; got ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  expect(wrong).toEqual([]);
  expect(await footprint(village)).toEqual(before);
});

function complaint({ status, code, pointer }: Bad, answer: Answer): string | undefined {
  if (answer.status !== status) return `expected ${status}`;
  if (answer.type?.startsWith('application/problem+json') !== true)
    return `a problem document, not ${answer.type}`;
  const problem: Record<string, unknown> & { errors?: { pointer?: string }[] } = JSON.parse(answer.body);
  // A request that never got as far as a route has no trace.
  const traced = status === 414 || status === 431 ? [] : ['traceid'];
  for (const member of ['type', 'title', 'status', 'detail', 'instance', ...traced])
    if (problem[member] === undefined) return `no ${member}`;
  if (code !== undefined && problem.code !== code) return `expected the code ${code}`;
  if (pointer !== undefined && !problem.errors?.some((error) => error.pointer === pointer))
    return `nothing points at ${pointer}`;
  return undefined;
}

it('E7 an Idempotency-Key used again for another body is refused and changes nothing', async () => {
  const headers = { 'idempotency-key': 'bad-input' };
  expect((await send({ name: 'first', status: 201, body: lotBody(), headers })).status).toBe(201);
  await until('it is on Kafka', () => isQuiet(village));
  const before = await footprint(village);
  const reused = await send({ name: 'reused', status: 422, body: lotBody({ quantity: 5 }), headers });
  expect(reused.status).toBe(422);
  expect(JSON.parse(reused.body).code).toBe('idempotency-key-reused');
  expect(await footprint(village)).toEqual(before);
});

it('tokens forged with a key of their own are refused', async () => {
  const forged = await testTokens();
  const token = (await forged.bearer(['admin'])).replace('Bearer ', '');
  expect((await send({ name: 'forged', status: 401, body: lotBody(), as: () => token })).status).toBe(401);
});

it('what a fridge says without sense is answered with a problem and changes nothing, in the middle of what makes sense', async () => {
  await until('the stores are on Kafka', () => isQuiet(village));
  const before = await footprint(village);
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${village.mqttPort}`, {
    username: 'fr_sfo_02',
    password: village.secretOf('fr_sfo_02'),
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const problems: unknown[] = [];
  client.on('message', (_, payload) => problems.push(JSON.parse(payload.toString())));
  await client.subscribeAsync('dabba/sfo/fridges/fr_sfo_02/problems', { qos: 1 });
  const at = new Date().toISOString();
  const fact = (change: object) =>
    text({ boot: 1, seq: 1, at, type: 'meal_stocked', data: { meal_id: 'm' }, ...change });
  const messages = [
    '',
    'nonsense',
    '[]',
    'null',
    '{}',
    fact({ boot: 0 }),
    fact({ seq: -1 }),
    fact({ seq: 1.5 }),
    fact({ at: 'yesterday' }),
    fact({ at: '1999-01-01T00:00:00Z' }),
    fact({ type: 'meal_eaten' }),
    fact({ data: {} }),
    fact({ data: { meal_id: 'a b' } }),
    fact({ extra: 1 }),
    fact({ type: 'meal_sold', data: { meal_id: 'm', customer_id: 'c', price: -1, currency: 'USD' } }),
    fact({ type: 'meal_sold', data: { meal_id: 'm', customer_id: 'c', price: 8.5, currency: 'USD' } }),
    fact({ type: 'meal_sold', data: { meal_id: 'm', customer_id: 'c', price: 850, currency: 'dollars' } }),
  ];
  for (const message of messages)
    await client.publishAsync('dabba/sfo/fridges/fr_sfo_02/facts', message, { qos: 1 });
  await until('each has its problem', () => problems.length === messages.length);
  for (const problem of problems)
    expect(problem).toMatchObject({
      type: expect.any(String),
      status: expect.any(Number),
      detail: expect.any(String),
    });
  await client.endAsync(true);
  await pause(200); // what must not arrive cannot be waited for
  expect(await footprint(village)).toEqual(before);
});
