import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@dabba/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveAt } from './app.ts';
import { ledgerOf } from './ledger.ts';
import { type RunningPaypal, startPaypal } from './server.ts';
import { simulated } from './sign-in.ts';

let folder: string;
let ledger: string;
let paypal: RunningPaypal;
let bearer: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paypal-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  ledger = join(folder, `${count++}.jsonl`);
  paypal = await startPaypal({ ledger });
  bearer = await signIn();
});
afterEach(() => paypal.close());

async function signIn(): Promise<string> {
  const basic = Buffer.from(`${simulated.clientId}:${simulated.clientSecret}`).toString('base64');
  const response = await fetch(`${paypal.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token }: { access_token: string } = JSON.parse(await response.text());
  return access_token;
}

async function call(path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${paypal.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const order = (value: string, key: string, intent = 'CAPTURE') =>
  call(
    '/v2/checkout/orders',
    { intent, purchase_units: [{ custom_id: 'pay_1', amount: { currency_code: 'USD', value } }] },
    { 'paypal-request-id': key },
  );

describe('an order', () => {
  it('is paid when its payer agreed and we take it, and not before', async () => {
    const { body } = await order('5.00', 'one');
    const take = () => call(`/v2/checkout/orders/${body.id}/capture`, {});
    expect(await take()).toMatchObject({ status: 422, body: { details: [{ issue: 'ORDER_NOT_APPROVED' }] } });
    expect(await approveAt(paypal.url, body.id)).toBe('APPROVED');
    expect(await take()).toMatchObject({ status: 201, body: { status: 'COMPLETED' } });
    expect(await take()).toMatchObject({
      status: 422,
      body: { details: [{ issue: 'ORDER_ALREADY_CAPTURED' }] },
    });
    expect(ledgerOf(paypal.books).totals).toMatchObject({ captured: 500, balance: 500 });
  });
  it('is made once a key, whatever the second request says; minimal unless more is preferred', async () => {
    const [first, second] = [await order('5.00', 'one'), await order('6.00', 'one')];
    expect(second).toEqual({ ...first, status: 200 });
    expect(first).toEqual({ status: 201, body: { id: first.body.id, status: 'CREATED', links: [] } });
    expect((await call(`/v2/checkout/orders/${first.body.id}`)).body.purchase_units[0].amount.value).toBe(
      '5.00',
    );
    expect((await order('5.001', 'two')).body.details[0].issue).toBe('DECIMAL_PRECISION');
  });
  it('outlives the process, its keys with it, and tokens do not', async () => {
    const { body } = await order('5.00', 'one');
    await paypal.close();
    // As a crash in the middle of a write leaves it.
    await appendFile(ledger, '{"things":[{"id":"TORN"');
    paypal = await startPaypal({ ledger });
    expect((await order('5.00', 'one')).status).toBe(401);
    bearer = await signIn();
    expect((await order('5.00', 'one')).body.id).toBe(body.id);
  });
  it('is declined by amount, and nothing is done while it is down', async () => {
    paypal.behave({ decline: [{ amount: 777 }] });
    const { body } = await order('7.77', 'one');
    await approveAt(paypal.url, body.id);
    const refused = await call(`/v2/checkout/orders/${body.id}/capture`, {});
    expect(refused).toMatchObject({ status: 422, body: { details: [{ issue: 'INSTRUMENT_DECLINED' }] } });
    paypal.behave({ down: 1 });
    await expect(order('5.00', 'two')).rejects.toThrow();
    expect(ledgerOf(paypal.books).totals.captured).toBe(0);
  });
});

describe('its notifications', () => {
  let receiver: Server;
  const seen: string[] = [];
  let answer = 500;
  afterEach(() => {
    receiver.close();
  });

  it('are told until they are taken, twice or not at all where they are told to', async () => {
    receiver = createServer(async (request, response) => {
      const { event_type }: { event_type: string } = JSON.parse(
        Buffer.concat(await request.toArray()).toString(),
      );
      seen.push(event_type);
      response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const address = receiver.address();
    if (address === null || typeof address === 'string') throw new Error('It listens nowhere');
    paypal.tell(`http://127.0.0.1:${address.port}/`, 'WEBHOOK');
    const approved = async (key: string) => approveAt(paypal.url, (await order('5.00', key)).body.id);
    const told = () =>
      paypal.books.all('event').filter(({ id }) => paypal.books.wasTold(id, 'WEBHOOK')).length;
    await approved('one');
    await until('it was told once', () => seen.length >= 1);
    answer = 200;
    await until('it was taken', () => told() === 1);
    seen.length = 0;
    paypal.behave({ webhooks: { twice: 1 } });
    await approved('two');
    await until('it was told twice', () => seen.length === 2);
    paypal.behave({ webhooks: { share: 0 } });
    await approved('three');
    paypal.behave({});
    await approved('four');
    await until('the last was taken', () => told() === 3);
    expect(seen).toEqual(Array.from({ length: 3 }, () => 'CHECKOUT.ORDER.APPROVED'));
    expect(paypal.books.all('event')).toHaveLength(4);
  });
});
