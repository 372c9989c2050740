import { loadRegion, topics } from '@dabba/contracts';
import { connectKafka, topicSettings } from '@dabba/kafka';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registrationService } from './spec/service.ts';
import { openWorld, storyOf, timesHeld, type World } from './spec/world.ts';

let world: World;
let tokens: TestTokens;
let service: RunningService<StoreDeps>;
const wanted = () => topicSettings(topics, loadRegion(), { replicas: 1 });
const kafka = () =>
  connectKafka({
    brokers: (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(','),
    clientId: 'registration',
    prefix: world.env.KAFKA_PREFIX ?? '',
  });

beforeAll(async () => {
  world = await openWorld();
  tokens = await testTokens();
  const client = kafka();
  await client.admin.apply(wanted());
  await client.close();
  service = await startService(registrationService, { env: world.env, port: 0, keys: tokens.keys });
});
afterAll(async () => {
  await service.stop();
  const client = kafka();
  await client.admin.deleteTopics(wanted().map(({ name }) => name));
  await client.close();
  await world.close();
});

async function call(method: 'GET' | 'POST', path: string, body?: object, headers: object = {}) {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      authorization: await tokens.bearer(['operations']),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse((await answer.text()) || 'null') };
}

const refusing = { refuse: [{ member: 'number', begins: 'BAD', reason: 'No such seller' }] };
const failed = '/api/v1/receipts/failed';

test('S3-STM-01 dead letters are listed by page, reopened one by one or together, and end accepted', async () => {
  world.tax.behave(refusing);
  const ids = await world.place(Array.from({ length: 5 }, (_, n) => ({ number: `BAD-${n}` })));
  await until('they are refused', async () => (await call('GET', failed)).body.items.length === 5);
  const first = (await call('GET', `${failed}?authority=tax-office&limit=3`)).body;
  const second = (await call('GET', `${failed}?authority=tax-office&limit=3&cursor=${first.next_cursor}`))
    .body;
  expect(second.next_cursor).toBeNull();
  const seen: { id: string }[] = [...first.items, ...second.items];
  expect(seen.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(first.items[0]).toMatchObject({ authority: 'tax-office', reason: 'No such seller' });
  expect((await call('GET', `${failed}?authority=logistics`)).body.items).toEqual([]);
  expect((await call('GET', `${failed}?cursor=x`)).status).toBe(400);

  const [id = '', ...others] = ids;
  // Meanwhile it got there by another way: what is asked again is looked up first.
  world.tax.office.ledger.add([{ id, reference: 'TAX-BY-HAND', client: 'c1', at: 1 }]);
  const key = { 'idempotency-key': 'again-1' };
  const reason = { reason: 'The seller is registered now' };
  const answer = await call('POST', `/api/v1/receipts/${id}/reopen`, reason, key);
  expect(answer).toEqual({ status: 200, body: { id, status: 'REGISTERING' } });
  await until('it is accepted', async () => (await storyOf(service.deps, id)).at(-1) === 'Accepted');
  expect(timesHeld(world.tax, [id])).toEqual([1]);
  expect(timesHeld(world.log, [id])).toEqual([1]);
  expect(await call('POST', `/api/v1/receipts/${id}/reopen`, reason, key)).toEqual(answer);
  const late = await call('POST', `/api/v1/receipts/${id}/reopen`, reason);
  expect(late).toMatchObject({ status: 409, body: { code: 'receipt-not-failed' } });

  const again = await call('POST', `${failed}/reopen`, { authority: 'tax-office', ...reason });
  expect(again).toEqual({ status: 200, body: { reopened: 4, more: false } });
  await until('they are refused again', async () => (await call('GET', failed)).body.items.length === 4);
  world.tax.behave({});
  await call('POST', `${failed}/reopen`, { authority: 'tax-office', ...reason });
  for (const other of others)
    await until('it is accepted', async () => (await storyOf(service.deps, other)).at(-1) === 'Accepted');
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
  expect(timesHeld(world.log, ids)).toEqual(ids.map(() => 1));
  expect((await call('GET', failed)).body.items).toEqual([]);
});

test('who may not, and what is not there', async () => {
  const id = '0190a000-0000-7000-8000-000000000000';
  const reason = { reason: 'why not' };
  expect((await call('POST', `/api/v1/receipts/${id}/reopen`, reason)).status).toBe(404);
  expect((await call('POST', '/api/v1/receipts/x/reopen', reason)).status).toBe(400);
  expect((await call('POST', `/api/v1/receipts/${id}/reopen`, {})).status).toBe(400);
  for (const role of ['receipts:read', 'receipts:write', 'customer']) {
    const authorization = await tokens.bearer([role]);
    expect((await call('POST', `/api/v1/receipts/${id}/reopen`, reason, { authorization })).status).toBe(403);
    expect((await call('GET', failed, undefined, { authorization })).status).toBe(403);
  }
});

test('health and metrics tell of an authority that is away', async () => {
  world.tax.behave({ down: 1 });
  await world.place(Array.from({ length: 3 }, (_, n) => ({ number: String(n) })));
  await until('health is degraded', async () => {
    const { status, body } = await call('GET', '/health/ready');
    return status === 200 && body.status === 'degraded' && body.dependencies['tax-office'].status === 'down';
  });
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/dabba_registrations_due\{authority="tax-office",service="receipts"\} 3/);
  expect(metrics).toMatch(/dabba_authority_breaker_state\{authority="tax-office",service="receipts"\} [12]/);
  expect(metrics).toMatch(/dabba_authority_breaker_state\{authority="logistics",service="receipts"\} 0/);
  expect(metrics).toMatch(/dabba_registrations_refused\{authority="tax-office",service="receipts"\} \d/);
  expect(metrics).toMatch(/dabba_registrations_overdue_seconds\{authority="logistics"/);
  world.tax.behave({});
  await until('it is well again', async () => (await call('GET', '/health/ready')).body.status === 'ready');
});
