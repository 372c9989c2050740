import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, complaint, wire } from './support/ask.ts';
import { badAddresses } from './support/bad-addresses.ts';
import { badAskers } from './support/bad-askers.ts';
import { badLots } from './support/bad-lots.ts';
import { badMessages, fact } from './support/bad-messages.ts';
import { badOrders } from './support/bad-orders.ts';
import { connectDevice } from './support/device.ts';
import { footprint, isQuiet } from './support/footprint.ts';
import { forgeries } from './support/forgeries.ts';
import { lotBody } from './support/lot.ts';
import { openTown, type Town } from './support/town.ts';

const badRequests = [...badLots, ...badAddresses, ...badAskers, ...badOrders];

let town: Town;
let before: Record<string, number>;
beforeAll(async () => {
  town = await openTown();
  await settled();
});
afterAll(() => town?.close());

async function settled() {
  await until('the stores are on Kafka', () => isQuiet(town));
  before = await footprint(town);
}

async function nothingChanged() {
  await pause(200); // what must not arrive cannot be waited for
  expect(await footprint(town)).toEqual(before);
}

it(`S2-API-01 ${badRequests.length} requests that are malformed, hostile or illegal get the right problem and change nothing`, async () => {
  const wrong: string[] = [];
  for (const bad of badRequests) {
    const { as = 'stf_sfo_1' } = bad;
    const answer = await ask(town.url, bad, as === null ? undefined : await town.tokenOf(as));
    const found = complaint(bad, answer);
    if (found !== undefined)
      wrong.push(`${bad.name}: ${found}; got ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  expect(wrong).toEqual([]);
  await nothingChanged();
});

it('S2-API-01 tokens that are not as identity gives them open nothing', async () => {
  const { lawful, forged } = await forgeries(town.identity.deps.pool, await town.tokenOf('stf_sfo_1'));
  const lot = { name: '', status: 201, code: '', body: lotBody({ quantity: 0 }) };
  expect(await ask(town.url, lot, lawful), 'a token made in this way is one').toMatchObject({
    status: 400,
  });
  const wrong: string[] = [];
  for (const [name, token] of Object.entries(forged)) {
    const found = complaint({ status: 401, code: 'unauthenticated' }, await ask(town.url, lot, token));
    if (found !== undefined) wrong.push(`a token ${name}: ${found}`);
  }
  expect(wrong).toEqual([]);
  await nothingChanged();
});

it('S2-API-01 what is hardly HTTP is refused before anything looks at it', async () => {
  const body = JSON.stringify(lotBody());
  const token = await town.tokenOf('stf_sfo_1');
  const post = (...headers: string[]) =>
    [
      'POST /api/v1/lots HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      ...headers,
      '',
      body,
    ].join('\r\n');
  const length = `Content-Length: ${body.length}`;
  const requests: Record<string, [bytes: string, status: number]> = {
    'no request line': ['hello\r\n\r\n', 400],
    'a version there is not': ['GET /api/v1/meals HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    'a method there is not': ['STEAL /api/v1/meals HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'a header with NUL': [post('X-Note: a\0b', length), 400],
    'a header that ends early': [post('X-Note: a\rSet-Cookie: b', length), 400],
    'a negative length': [post('Content-Length: -5'), 400],
    'two lengths': [post('Content-Length: 4', length), 400],
    'a length and chunks': [post(length, 'Transfer-Encoding: chunked'), 400],
    'chunks that are none': [post('Transfer-Encoding: chunked'), 400],
    'a megabyte of headers': [post(`X-Note: ${'x'.repeat(1_000_000)}`, length), 431],
  };
  const wrong: string[] = [];
  for (const [name, [bytes, status]] of Object.entries(requests)) {
    const answer = await wire(town.url, bytes);
    if (answer.status !== status || !answer.type?.startsWith('application/problem+json'))
      wrong.push(`${name}: ${answer.status} ${answer.type} ${answer.body.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
  await nothingChanged();
});

it('headers cannot pretend to be somebody else, nor find their way into an answer', async () => {
  const response = await fetch(`${town.url}/api/v1/principals/me`, {
    headers: {
      authorization: `Bearer ${await town.tokenOf('cus_sfo_001')}`,
      'x-user-id': 'admin',
      'x-roles': 'admin',
      'x-original-url': '/metrics',
      'x-http-method-override': 'DELETE',
      'x-correlation-id': 'mine%0d%0aset-cookie:%20a=b',
    },
  });
  expect(await response.json()).toMatchObject({ id: 'cus_sfo_001', roles: ['customer'] });
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
});

it(`B5 ${badMessages.length} messages of a fridge that are no facts get the right problem and change nothing, and what makes sense goes on`, async () => {
  const device = await connectDevice(town, 'fr_sfo_02');
  const wrong: string[] = [];
  for (const [index, { name, payload, code, qos }] of badMessages.entries()) {
    await device.shout(payload, qos);
    const problem = await until(`a problem for ${name}`, () => device.problems[index]);
    if (problem.code !== code || problem.type !== `https://dabba.dev/problems/${code}`)
      wrong.push(`${name}: ${JSON.stringify(problem)}`);
    for (const member of ['title', 'detail', 'status'])
      if (problem[member] === undefined) wrong.push(`${name}: no ${member}`);
  }
  expect(wrong).toEqual([]);
  await nothingChanged();
  await device.shout(fact({}));
  await until('the meal nobody knows has raised its alarm', async () => {
    const { body } = await town.as('ops_sfo').get<{ alerts: number }>('/api/v1/fridges/fr_sfo_02');
    return body.alerts === 1;
  });
  await device.end();
  await settled();
});

it('E7 an Idempotency-Key used again for another body is refused and changes nothing', async () => {
  const token = await town.tokenOf('stf_sfo_1');
  const lot = lotBody();
  const fresh = newId();
  const under = (body: unknown, key = fresh) =>
    ask(town.url, { name: '', status: 0, code: '', body, headers: { 'idempotency-key': key } }, token);
  const made = await under(lot);
  expect(made.status).toBe(201);
  await settled();
  const other = await under({ ...lot, quantity: 5 });
  expect(complaint({ status: 422, code: 'idempotency-key-reused' }, other)).toBe(undefined);
  expect(await under(lot, `"${fresh}"`)).toEqual(made);
  await nothingChanged();
});

it('E7 a request that is sent five times at once happens once', async () => {
  const token = await town.tokenOf('stf_sfo_1');
  const body = lotBody({ quantity: 2 });
  const asked = { name: '', status: 201, code: '', body, headers: { 'idempotency-key': newId() } };
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(town.url, asked, token)));
  const [first] = answers;
  expect(first?.status).toBe(201);
  for (const answer of answers) expect(answer).toEqual(first);
  const events = before['store meals'] ?? 0;
  await settled();
  expect(before['store meals'], 'a lot and its two meals').toBe(events + 3);
});
