import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { recorder } from '../registration/record.ts';
import { reopen } from '../registration/reopen.ts';
import { place } from '../registration/spec/world.ts';
import { verifyWebhook } from './signature.ts';
import { answer, mute, type Receiver, startReceiver, take } from './spec/receiver.ts';
import { webhookService } from './spec/service.ts';

let service: RunningService<StoreDeps>;
let tokens: TestTokens;
let receiver: Receiver;
const env = { ...process.env, LOG_LEVEL: 'fatal', RECEIPT_WEBHOOK_NETWORK: 'any' };
const kafkaPrefix = uniquePrefix('webhooks');
const client = 'till_sfo';

beforeAll(async () => {
  tokens = await testTokens();
  const { deps, close } = await connect(webhookService, { kafkaPrefix, env });
  await webhookService.seed?.(deps);
  await close();
  service = await startService(webhookService, { port: 0, keys: tokens.keys, kafkaPrefix, env });
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await service.deps.pool.query('delete from webhook_endpoints');
  await receiver.close();
});
afterAll(async () => {
  await service?.stop();
});

interface Call {
  body?: object;
  as?: string;
  roles?: string[];
  kind?: string;
}

async function call(method: string, path: string, { body, as = client, roles, kind = 'machine' }: Call = {}) {
  const response = await fetch(`${service.url}/api/v1/receipt-webhooks${path}`, {
    method,
    headers: {
      authorization: await tokens.bearer(roles ?? ['receipts:read'], { kind, sub: as, metro: null }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
}

/** Sets an endpoint and gives its secret. */
async function hear(path = '/', more: object = {}, name = 'main'): Promise<string> {
  const { status, body } = await call('PUT', `/${name}`, { body: { url: receiver.url + path, ...more } });
  expect([200, 201]).toContain(status);
  return body.secret;
}

/** Receipts that are accepted at once: nobody has to register them. */
const accepted = (count: number) =>
  place(
    service.deps,
    Array.from({ length: count }, (_, n) => ({ client, number: String(n), authorities: [] })),
  );

const arrived = (count: number) =>
  until(`${count} arrived`, () => receiver.deliveries.length >= count && receiver.deliveries);

const waiting = async (name = 'main') => (await call('GET', `/${name}/deliveries`)).body.items;

it('tells each end once taken, signed, with an id that stays, a state and its version', async () => {
  const secret = await hear();
  const ids = await accepted(30);
  await until('nothing waits', async () => receiver.deliveries.length > 0 && (await waiting()).length === 0);
  const { deliveries } = receiver;
  for (const { headers, body } of deliveries) {
    const said = JSON.parse(body);
    const verified = verifyWebhook(headers, body, secret, Date.now());
    expect(verified).toEqual({ ok: true, id: said.id });
    expect(said).toMatchObject({ type: 'receipt.accepted', data: { status: 'ACCEPTED', version: 3 } });
    expect(said.id).toBe(`evt_${said.data.id}_3`);
  }
  // At least once: on a busy machine an answer may come too late.
  const told = new Set(deliveries.map(({ body }) => JSON.parse(body).data.id));
  expect([...told].sort()).toEqual([...ids].sort());
});

it('tells of a refusal with its reason, of the reopening, and of the end after it; only of ends that are wanted', async () => {
  await hear();
  await hear('/only-failed', { ends: ['failed'] }, 'other');
  const [id = ''] = await place(service.deps, [{ client, number: '1', authorities: ['tax-office'] }]);
  const record = recorder(service.deps);
  const answered = { receiptId: id, metro: 'sfo', authority: 'tax-office', attempts: 1, at: Date.now() };
  await record({ ...answered, outcome: 'REFUSED', reason: 'No such seller' });
  await arrived(2);
  await reopen(service.deps, id, 'again', { actor: 'op', now: Date.now() });
  await arrived(3);
  await record({ ...answered, outcome: 'REGISTERED', externalRef: 'T1' });
  await arrived(4);
  const said = (path: string) =>
    receiver.deliveries.filter((each) => each.path === path).map(({ body }) => JSON.parse(body));
  expect(said('/').map(({ type, data }) => [type, data.status, data.version])).toEqual([
    ['receipt.failed', 'FAILED', 3],
    ['receipt.reopened', 'REGISTERING', 4],
    ['receipt.accepted', 'ACCEPTED', 6],
  ]);
  expect(said('/')[0].data.reasons).toEqual([{ service: 'tax-office', detail: 'No such seller' }]);
  expect(said('/only-failed').map(({ type }) => type)).toEqual(['receipt.failed']);
});

it('is committed with the end: an end that is rolled back tells nobody', async () => {
  await hear();
  // What is told stays to be seen.
  receiver.behave(answer(500));
  const [id = ''] = await place(service.deps, [{ client, number: '2', authorities: ['tax-office'] }]);
  const { pool } = service.deps;
  await pool.query(`create function refuse_events() returns trigger language plpgsql as
    $$ begin raise exception 'no room' using errcode = '53100'; end $$`);
  await pool.query(
    'create trigger refuse before insert on dabba.events for each row execute function refuse_events()',
  );
  const record = recorder(service.deps);
  const one = { receiptId: id, metro: 'sfo', authority: 'tax-office', attempts: 1, at: Date.now() };
  await expect(record({ ...one, outcome: 'REGISTERED', externalRef: 'T2' })).rejects.toThrow();
  await pool.query('drop trigger refuse on dabba.events; drop function refuse_events');
  expect(await waiting()).toEqual([]);
  expect(receiver.deliveries).toEqual([]);
  receiver.behave(take);
  await record({ ...one, outcome: 'REGISTERED', externalRef: 'T2' });
  expect((await arrived(1)).map(({ body }) => JSON.parse(body).type)).toEqual(['receipt.accepted']);
});

it.each([
  ['500s', answer(500, {}, 'x'.repeat(100_000)), 'It answered 500'],
  ['redirects', answer(302, { location: 'http://127.0.0.1:1/' }), 'It answered 302'],
  ['never answers', mute, 'No end within'],
])(
  'a receiver that %s is tried again, under the same id, and has it in the end',
  async (_, behaviour, why) => {
    await hear();
    receiver.behave(behaviour);
    await accepted(1);
    await arrived(2);
    const said = await until('it says why', async () =>
      (await waiting()).find((one: { last_error: unknown }) => one.last_error),
    );
    expect(said.last_error).toContain(why);
    receiver.behave(take);
    await until('it has it', async () => (await waiting()).length === 0);
    expect(new Set(receiver.deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.deliveries.map(({ body }) => body)).size).toBe(1);
  },
);

it('one that is down gets it when it is up again', async () => {
  await hear();
  const port = Number(new URL(receiver.url).port);
  await receiver.close();
  await accepted(3);
  await until('it was tried', async () => (await waiting())[0]?.last_error?.includes('ECONNREFUSED'));
  receiver = await startReceiver(port);
  await arrived(3);
});

it('Retry-After is kept, for all that goes there', async () => {
  await hear();
  receiver.behave(answer(429, { 'retry-after': '1' }));
  await accepted(1);
  const [first] = await arrived(1);
  await until('it is put off', async () => (await waiting())[0]?.last_error);
  receiver.behave(take);
  await accepted(1);
  await arrived(3);
  const [, next] = receiver.deliveries;
  expect((next?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

it('who hangs holds up nobody else, and gets one request at a time once its breaker is open', async () => {
  const other = await startReceiver();
  await hear();
  receiver.behave(mute);
  await call('PUT', '/other', { body: { url: other.url } });
  await accepted(40);
  await until('the other has all', () => other.deliveries.length >= 40, { within: 3_000 });
  const failures = async () => {
    const { rows } = await service.deps.pool.query(
      "select failures from webhook_endpoints where name = 'main'",
    );
    return rows[0]?.failures;
  };
  await until('its breaker is open', async () => (await failures()) >= 5);
  const before = receiver.deliveries.length;
  await until('it is tried again', () => receiver.deliveries.length >= before + 2);
  const [one, two] = receiver.deliveries.slice(-2);
  expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(900);
  receiver.behave(take);
  await until('it has the rest', async () => (await waiting()).length === 0);
  await other.close();
});

it('410 switches it off at once, with an event; set again, its dead letters can be sent again', async () => {
  await hear();
  receiver.behave(answer(410));
  await accepted(2);
  await until('it is off', async () => (await call('GET', '/main')).body.status === 'DISABLED');
  const { body } = await call('GET', '/main');
  expect(body).toMatchObject({ disabled_reason: 'It answered 410', waiting: 0, dead: 2 });
  await accepted(1);
  expect((await call('GET', '/main')).body.dead, 'nothing is kept for who is switched off').toBe(2);
  expect((await call('POST', '/main/redeliver', { body: {} })).status).toBe(409);
  const dead = (await call('GET', '/main/deliveries?status=DEAD')).body.items;
  expect(dead).toMatchObject([{ status: 'DEAD', next_attempt_at: null }, { status: 'DEAD' }]);
  receiver.behave(take);
  expect(await hear()).toBeUndefined();
  const before = receiver.deliveries.length;
  const named = { event_ids: [dead[0].event_id] };
  expect((await call('POST', '/main/redeliver', { body: named })).body).toEqual({ redelivered: 1 });
  expect((await call('POST', '/main/redeliver', { body: {} })).body).toEqual({ redelivered: 1 });
  await arrived(before + 2);
  const story = await service.deps.store.history(`webhook:${client}:main`);
  expect(story.map(({ type }) => type).slice(-3)).toEqual([
    'ReceiptWebhookSet',
    'ReceiptWebhookDisabled',
    'ReceiptWebhookSet',
  ]);
});

it('one that took nothing for days is switched off, and says since when and why', async () => {
  await hear();
  receiver.behave(answer(500));
  await accepted(1);
  await arrived(1);
  await until('it fails', async () => (await call('GET', '/main')).body.failing_since);
  await service.deps.pool.query("update webhook_endpoints set failing_since = now() - interval '4 days'");
  await until('it is off', async () => (await call('GET', '/main')).body.status === 'DISABLED');
  expect((await call('GET', '/main')).body.disabled_reason).toMatch(
    /^Since .* took nothing: It answered 500$/,
  );
});

it('a delivery nobody took for days is a dead letter, though its endpoint takes others', async () => {
  await hear();
  receiver.behave((response, { body }) =>
    body.includes('"never"')
      ? answer(500)(response, { path: '', headers: {}, body, at: 0 })
      : take(response, { path: '', headers: {}, body, at: 0 }),
  );
  await accepted(1);
  await arrived(1);
  await service.deps.pool.query(
    `insert into webhook_deliveries (endpoint, event_id, receipt, body, created_at)
     select id, 'evt_old', gen_random_uuid(), '"never"', now() - interval '4 days' from webhook_endpoints`,
  );
  const [dead] = await until('it is dead', async () => {
    const { items } = (await call('GET', '/main/deliveries?status=DEAD')).body;
    return items.length > 0 && items;
  });
  expect(dead).toMatchObject({ event_id: 'evt_old', last_error: 'It answered 500' });
});

it('a secret rolls over: both sign for a day, and only the new one is shown', async () => {
  const old = await hear();
  const { body } = await call('POST', '/main/secret');
  expect(body.secrets).toMatchObject([{ valid_until: null }, { valid_until: expect.any(String) }]);
  expect(JSON.stringify((await call('GET', '/main')).body)).not.toContain(body.secret);
  await accepted(1);
  const [delivery] = await arrived(1);
  for (const secret of [old, body.secret])
    expect(verifyWebhook(delivery?.headers ?? {}, delivery?.body ?? '', secret, Date.now()).ok).toBe(true);
});

it('S3-SEC-01 endpoints are a client’s own, and for clients with a contract only', async () => {
  await hear();
  const body = { url: receiver.url };
  expect((await call('GET', '/main', { as: 'till_nyc' })).status).toBe(404);
  expect((await call('GET', '', { as: 'till_nyc' })).body.items).toEqual([]);
  expect((await call('DELETE', '/main', { as: 'till_nyc' })).status).toBe(404);
  expect((await call('PUT', '/main', { as: 'nobody', body })).status).toBe(403);
  expect((await call('PUT', '/main', { body, roles: ['operations'], kind: 'person' })).status).toBe(403);
  expect((await call('PUT', '/main', { body, roles: ['customer'] })).status).toBe(403);
  expect(await call('PUT', '/main', { body: { url: 'ftp://example.com/' } })).toMatchObject({
    status: 422,
    body: { code: 'webhook-url-refused' },
  });
  for (const name of ['b', 'c', 'd', 'e']) await hear('/', {}, name);
  expect((await call('PUT', '/f', { body })).status).toBe(409);
  expect((await call('DELETE', '/main')).status).toBe(204);
  expect((await call('GET', '/main')).status).toBe(404);
});
