import { until } from '@dabba/testing';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { connectDevice } from './support/device.ts';
import { kitchenOf } from './support/kitchen.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

const spans = new InMemorySpanExporter();
let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let fridge: Fridge;
beforeAll(async () => {
  village = await openVillage({}, [], [new SimpleSpanProcessor(spans)]);
  kitchen = kitchenOf(village);
  fridge = village.fridge('fr_sfo_01');
  fridge.reconnect();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

const span = (what: string, fits: (span: ReadableSpan) => boolean) =>
  until(`a span of ${what}`, () => spans.getFinishedSpans().find(fits));
const causesOf = ({ parentSpanContext, links }: ReadableSpan) => [
  ...(parentSpanContext ? [parentSpanContext.spanId] : []),
  ...links.map(({ context }) => context.spanId),
];
const nameIs = (name: string) => (one: ReadableSpan) => one.name === name;
const below = (parent: ReadableSpan) => (one: ReadableSpan) =>
  causesOf(one).includes(parent.spanContext().spanId);

it('one trace leads from the client through gateway, service, store and Kafka into the fold', async () => {
  spans.reset();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const { status } = await village
    .as('stf_sfo_1')
    .post('/api/v1/lots', lotBody(), { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  expect(status).toBe(201);
  const inTrace = (fits: (one: ReadableSpan) => boolean) => (one: ReadableSpan) =>
    one.spanContext().traceId === traceId && fits(one);
  const outside = await span(
    'the gateway',
    inTrace((one) => causesOf(one).includes('b7ad6b7169203331')),
  );
  const http = await span(
    'meals',
    inTrace((one) => one.name === 'POST /api/v1/lots' && below(outside)(one)),
  );
  const append = await span(
    'append',
    inTrace((one) => one.name === 'store append' && below(http)(one)),
  );
  const publish = await span(
    'relay',
    inTrace((one) => one.name === 'relay publish' && below(append)(one)),
  );
  await span('fold', (one) => {
    const published = spans
      .getFinishedSpans()
      .filter(inTrace(nameIs('relay publish')))
      .map((each) => each.spanContext().spanId);
    return one.name === 'fold meal-list' && causesOf(one).some((cause) => published.includes(cause));
  });
  expect(publish.spanContext().traceId).toBe(traceId);
});

it('one trace leads from what a fridge said through Kafka into the reaction, and through store and relay into the fold', async () => {
  const [meal = ''] = await kitchen.cook({ quantity: 1 });
  spans.reset();
  fridge.stock([meal]);
  await fridge.drained();
  await kitchen.becomes(meal, 'STOCKED');
  const fact = await span('the fact', nameIs('fact FridgeMealStocked'));
  await span('the reaction', (one) => one.name === 'react meals-on-fridge-facts' && below(fact)(one));
  const publish = await span('relay', (one) => one.name === 'relay publish' && below(fact)(one));
  expect(publish.spanContext().traceId).toBe(fact.spanContext().traceId);
  await span('fold', (one) => {
    const published = spans.getFinishedSpans().filter((each) => each.name === 'relay publish');
    return one.name === 'fold meal-list' && published.some((each) => below(each)(one));
  });
});

it('S1-SEC-02 nothing personal and no secret is in the logs, whatever was asked', async () => {
  const customer = village.as('cus_sfo_007');
  const [meal = ''] = await kitchen.cook({ quantity: 1 });
  fridge.stock([meal]);
  fridge.sell(meal, 'cus_sfo_007', 850);
  await kitchen.becomes(meal, 'SOLD');
  await customer.get(`/api/v1/meals/${meal}`);
  await customer.get('/api/v1/meals?status=SOLD&limit=2&cursor=cus_sfo_007');
  await customer.get('/api/v1/fridges/cus_sfo_007');
  await customer.post('/api/v1/lots', { customer: 'cus_sfo_007', email: 'ann@example.org' });
  const token = await village.tokenOf('cus_sfo_007');
  const wrong = 'a wrong password';
  for (const body of [
    { grant_type: 'password', username: 'cus_sfo_007', password: wrong },
    { grant_type: 'password', username: 'cus_sfo_007', password: wrong, extra: wrong },
    `{"grant_type":"password","username":"cus_sfo_007","password":"${wrong}`,
  ])
    await fetch(`${village.url}/api/v1/auth/token?username=cus_sfo_007&password=${wrong}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}x` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const device = await connectDevice(village, 'fr_sfo_02');
  await device.shout('{"password":"a wrong password","customer_id":"cus_sfo_007"}');
  await expect(connectAs(wrong)).rejects.toThrow();
  await until('the message was refused', () => device.problems.length === 1);
  await device.end();

  const text = village.log.join('');
  expect(village.log.length).toBeGreaterThan(20);
  const secrets = village.credentials.map((each) =>
    'username' in each ? each.password : each.client_secret,
  );
  for (const secret of [...secrets, token, wrong, encodeURIComponent(wrong), 'ann@example.org'])
    expect(text, `the log has ${secret}`).not.toContain(secret);
  expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  expect(text).not.toMatch(/cus_(sfo|nyc)_\d+/);
  for (const line of village.log) expect(JSON.parse(line)).toMatchObject({ service: expect.any(String) });
  const answered = village.log
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ msg }) => msg === 'request');
  expect(answered.length).toBeGreaterThan(10);
  for (const line of answered)
    expect(line).toMatchObject({
      correlation_id: expect.any(String),
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
});

function connectAs(password: string) {
  return mqtt.connectAsync(village.mqttUrl, { username: 'fr_sfo_03', password, reconnectPeriod: 0 }, false);
}
