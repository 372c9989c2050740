import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@dabba/stack';
import { until } from '@dabba/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStripe, startStripe } from './server.ts';
import { signature } from './webhooks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-'));
});
afterAll(() => rm(folder, { recursive: true }));

const call = async (url: string, path: string, form?: Record<string, string>, headers = {}) => {
  const response = await fetch(`${url}${path}`, {
    method: form ? 'POST' : 'GET',
    headers: {
      authorization: 'Bearer sk_test',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    ...(form && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};
const pay = (url: string, key?: string, amount = '500') =>
  call(
    url,
    '/v1/payment_intents',
    { amount, currency: 'usd', payment_method: 'pm_card_visa', confirm: 'true' },
    key === undefined ? {} : { 'idempotency-key': key },
  );

describe('a process of it', () => {
  const running: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  });
  const start = async (port: number, ledger: string) => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const env = { ...process.env, STRIPE_PORT: String(port), STRIPE_LEDGER: ledger };
    const child = spawn(process.execPath, ['--import', 'tsx', main], { env, stdio: 'ignore' });
    running.push(child);
    const url = `http://127.0.0.1:${port}`;
    await until('it is there', async () => (await fetch(`${url}/health/ready`)).ok, { within: 30_000 });
    return { child, url };
  };

  it('killed holds all it ever answered for, its keys with it', async () => {
    const [port, ledger] = [await freePort(), join(folder, 'killed.jsonl')];
    const first = await start(port, ledger);
    const paid = await pay(first.url, 'key_1');
    const died = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await died;
    // As a crash in the middle of a write leaves it.
    await appendFile(ledger, '{"things":[{"id":"pi_torn"');
    const { url } = await start(port, ledger);
    const again = await pay(url, 'key_1');
    expect(again.body).toEqual(paid.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await pay(url, 'key_2');
    const { body } = await call(url, '/_ledger');
    expect(body.totals).toMatchObject({ captured: 1000, balance: 1000 });
    expect(body.payments).toHaveLength(2);
  });
});

describe('its webhooks', () => {
  let stripe: RunningStripe;
  let receiver: Server;
  const seen: { body: string; header: string; type: string }[] = [];
  let answer = 200;
  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const { type }: { type: string } = JSON.parse(body);
      seen.push({ body, header: String(request.headers['stripe-signature']), type });
      response.writeHead(answer).end();
    });
    const port = await freePort();
    await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve));
    stripe = await startStripe({ ledger: join(folder, 'webhooks.jsonl') });
    stripe.tell(`http://127.0.0.1:${port}/`, 'whsec_1');
  });
  afterAll(async () => {
    await stripe.close();
    receiver.close();
  });
  const types = () => seen.map(({ type }) => type);
  const told = (count: number) => until(`${count} were told`, () => seen.length >= count);

  it('are signed over the bytes they carry, and told until they are taken', async () => {
    answer = 500;
    await pay(stripe.url);
    await told(3);
    answer = 200;
    await until('each was taken', () =>
      stripe.books
        .all('event')
        .every(({ id }) => stripe.books.wasTold(id, stripe.books.all('webhook_endpoint')[0]?.id ?? '')),
    );
    for (const { body, header } of seen) {
      const at = Number(header.match(/^t=(\d+),/)?.[1]);
      expect(header).toBe(signature(body, ['whsec_1'], at));
    }
    expect(new Set(types())).toEqual(
      new Set(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']),
    );
  });
  it('come twice, or not at all, where they are told to', async () => {
    seen.length = 0;
    stripe.behave({ webhooks: { twice: 1 } });
    await pay(stripe.url);
    await told(6);
    expect(types().filter((type) => type === 'payment_intent.succeeded')).toHaveLength(2);
    seen.length = 0;
    stripe.behave({ webhooks: { share: 0 } });
    await pay(stripe.url);
    stripe.behave({});
    await pay(stripe.url);
    await told(3);
    expect(types().filter((type) => type === 'payment_intent.succeeded')).toHaveLength(1);
  });
});

describe('its behaviour', () => {
  let stripe: RunningStripe;
  beforeAll(async () => {
    stripe = await startStripe({ ledger: join(folder, 'behaviour.jsonl') });
  });
  afterAll(() => stripe.close());
  const behave = (behaviour: object) =>
    fetch(`${stripe.url}/_behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(behaviour),
    });

  it('declines by amount or method, and says what it does not know', async () => {
    await behave({ decline: [{ amount: 777, code: 'insufficient_funds' }] });
    const refused = await pay(stripe.url, undefined, '777');
    expect(refused).toMatchObject({
      status: 402,
      body: { error: { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' } },
    });
    expect((await pay(stripe.url, undefined, '778')).status).toBe(200);
    expect((await behave({ declines: [] })).status).toBe(400);
    await behave({});
  });
  it('is down, slow, or sends away', async () => {
    await behave({ down: 1 });
    await expect(pay(stripe.url)).rejects.toThrow();
    await behave({ limited: 1 });
    expect((await pay(stripe.url)).status).toBe(429);
    await behave({ slow: { share: 1, from: 300, to: 300 } });
    const begun = performance.now();
    const [first, twin] = await Promise.all([pay(stripe.url, 'slow_1'), pay(stripe.url, 'slow_1')]);
    expect(performance.now() - begun).toBeGreaterThan(290);
    expect([first.status, twin.status].sort()).toEqual([200, 409]);
    await behave({});
  });
});
