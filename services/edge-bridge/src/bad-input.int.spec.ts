import { factHash } from '@dabba/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factBody, factsTopic, TestBridge } from './testing/test-bridge.ts';

let t: TestBridge;

beforeAll(async () => {
  t = await new TestBridge().open();
});

afterAll(() => t.close());

interface Bad {
  name: string;
  payload: string | Buffer;
  code: string;
  qos?: 0 | 2;
}

const sold = { type: 'meal_sold' };
const sale = { meal_id: 'm', customer_id: 'c', price: 450, currency: 'USD' };
const inTwoDays = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000).toISOString();

const bad: Bad[] = [
  { name: 'nothing at all', payload: '', code: 'message-not-json' },
  { name: 'text', payload: 'hello', code: 'message-not-json' },
  { name: 'bytes that are not UTF-8', payload: Buffer.from([0x22, 0xff, 0x22]), code: 'message-not-json' },
  { name: 'half an object', payload: factBody(1).slice(0, -2), code: 'message-not-json' },
  { name: 'fifty kilobytes of brackets', payload: '['.repeat(50_000), code: 'message-too-large' },
  { name: 'four thousand brackets', payload: '['.repeat(4_000), code: 'message-not-json' },
  { name: 'an array', payload: '[]', code: 'unknown-fact-type' },
  { name: 'null', payload: 'null', code: 'unknown-fact-type' },
  { name: 'no type', payload: factBody(1, { type: undefined }), code: 'unknown-fact-type' },
  { name: 'an unknown type', payload: factBody(1, { type: 'meal_eaten' }), code: 'unknown-fact-type' },
  { name: 'an inherited type', payload: factBody(1, { type: 'constructor' }), code: 'unknown-fact-type' },
  { name: 'no seq', payload: factBody(1, { seq: undefined }), code: 'invalid-fact' },
  { name: 'seq 0', payload: factBody(0), code: 'invalid-fact' },
  { name: 'a negative boot', payload: factBody(1, { boot: -1 }), code: 'invalid-fact' },
  { name: 'half a seq', payload: factBody(1.5), code: 'invalid-fact' },
  { name: 'a seq as text', payload: factBody(1, { seq: '1' }), code: 'invalid-fact' },
  {
    name: 'a seq no double can hold',
    payload: factBody(1).replace('"seq":1', '"seq":9007199254740993'),
    code: 'invalid-fact',
  },
  { name: 'no time', payload: factBody(1, { at: undefined }), code: 'invalid-fact' },
  { name: 'a time without zone', payload: factBody(1, { at: '2026-01-01T10:00:00' }), code: 'invalid-fact' },
  {
    name: 'the 30th of February',
    payload: factBody(1, { at: '2026-02-30T10:00:00Z' }),
    code: 'invalid-fact',
  },
  { name: 'a clock two days ahead', payload: factBody(1, { at: inTwoDays }), code: 'clock-implausible' },
  {
    name: 'a clock of 1970',
    payload: factBody(1, { at: '1970-01-01T00:00:00Z' }),
    code: 'clock-implausible',
  },
  { name: 'an unknown field', payload: factBody(1, { extra: 1 }), code: 'invalid-fact' },
  {
    name: 'an unknown field inside',
    payload: factBody(1, { data: { meal_id: 'm', extra: 1 } }),
    code: 'invalid-fact',
  },
  {
    name: 'a polluted prototype',
    payload: factBody(1).replace('{', '{"__proto__":{"x":1},'),
    code: 'invalid-fact',
  },
  { name: 'no data', payload: factBody(1, { data: undefined }), code: 'invalid-fact' },
  { name: 'an id with a slash', payload: factBody(1, { data: { meal_id: 'a/b' } }), code: 'invalid-fact' },
  { name: 'an id with NUL', payload: factBody(1, { data: { meal_id: 'a\u0000' } }), code: 'invalid-fact' },
  {
    name: 'an id with a line break',
    payload: factBody(1, { data: { meal_id: 'a\n' } }),
    code: 'invalid-fact',
  },
  {
    name: 'an id of a kilobyte',
    payload: factBody(1, { data: { meal_id: 'a'.repeat(1024) } }),
    code: 'invalid-fact',
  },
  {
    name: 'a negative price',
    payload: factBody(1, { ...sold, data: { ...sale, price: -1 } }),
    code: 'invalid-fact',
  },
  {
    name: 'a price in decimals',
    payload: factBody(1, { ...sold, data: { ...sale, price: 4.5 } }),
    code: 'invalid-fact',
  },
  {
    name: 'a price as text',
    payload: factBody(1, { ...sold, data: { ...sale, price: '450' } }),
    code: 'invalid-fact',
  },
  {
    name: 'an infinite price',
    payload: factBody(1, { ...sold, data: sale }).replace('450', '1e999'),
    code: 'invalid-fact',
  },
  {
    name: 'a currency in small letters',
    payload: factBody(1, { ...sold, data: { ...sale, currency: 'usd' } }),
    code: 'invalid-fact',
  },
  {
    name: 'a sale without customer',
    payload: factBody(1, { ...sold, data: { ...sale, customer_id: undefined } }),
    code: 'invalid-fact',
  },
  { name: 'the data of another type', payload: factBody(1, { type: 'command_done' }), code: 'invalid-fact' },
  {
    name: 'a heartbeat from the sun',
    payload: factBody(1, { type: 'heartbeat', data: { temperature_c: 5500 } }),
    code: 'invalid-fact',
  },
  {
    name: 'an absence since 1970',
    payload: factBody(1, { type: 'was_away', data: { since: '1970-01-01T00:00:00Z' } }),
    code: 'clock-implausible',
  },
  {
    name: 'an absence since never',
    payload: factBody(1, { type: 'was_away', data: {} }),
    code: 'invalid-fact',
  },
  {
    name: 'twenty-five kilobytes of prev',
    payload: factBody(1, { prev: 'a'.repeat(25_000) }),
    code: 'message-too-large',
  },
  { name: 'thirty kilobytes', payload: `${factBody(1)}${' '.repeat(30_000)}`, code: 'message-too-large' },
  { name: 'a fact with QoS 0', payload: factBody(1), code: 'qos-not-1', qos: 0 },
  { name: 'a fact with QoS 2', payload: factBody(1), code: 'qos-not-1', qos: 2 },
];

test.each(bad)(
  '$name is no fact: $code, acknowledged, and nothing changes',
  async ({ payload, code, qos }) => {
    const ends = await t.ends();
    const fridge = await t.connect('fridge-1');
    await fridge.subscribeAsync('dabba/sfo/fridges/fridge-1/problems', { qos: 1 });
    const problem = new Promise<string>((resolve) =>
      fridge.on('message', (_topic, body) => resolve(body.toString())),
    );
    await fridge.publishAsync(factsTopic('fridge-1'), payload, { qos: qos ?? 1, retain: true });
    const document = JSON.parse(await problem);
    expect(document).toMatchObject({ type: `https://dabba.dev/problems/${code}`, code });
    expect(document.detail).toBeTypeOf('string');
    expect(document.status).toBeGreaterThanOrEqual(400);
    expect(fridge.connected).toBe(true);
    expect(await t.ends()).toEqual(ends);
    expect(await t.metrics.metrics()).toContain(`dabba_edge_messages_rejected_total{code="${code}"}`);
    fridge.end(true);
  },
);

const goodPrev = 'ab'.repeat(32);
test.each([
  { name: 'a number', prev: 42, kept: 'malformed' },
  { name: 'null', prev: null, kept: 'malformed' },
  { name: 'an empty text', prev: '', kept: 'malformed' },
  { name: 'capitals', prev: goodPrev.toUpperCase(), kept: 'malformed' },
  { name: 'a line break', prev: `${goodPrev}\n`, kept: 'malformed' },
  { name: 'a polluted prototype', prev: { ['__proto__']: { x: 1 } }, kept: 'malformed' },
  { name: 'ten kilobytes', prev: ['a'.repeat(10_000)], kept: 'malformed' },
  { name: 'a hash of something else', prev: goodPrev, kept: goodPrev },
  { name: 'nothing at all', prev: undefined, kept: undefined },
])('B5 a fact whose prev is $name is taken all the same', async ({ name, prev, kept }) => {
  const device = `prev-${name.replaceAll(' ', '-')}`;
  const fridge = await t.connect(device);
  const said: unknown[] = [];
  fridge.on('message', (_topic, body) => said.push(body.toString()));
  await fridge.subscribeAsync(`dabba/sfo/fridges/${device}/problems`, { qos: 1 });
  const message = JSON.parse(factBody(1, { prev }));
  await fridge.publishAsync(factsTopic(device), JSON.stringify(message), { qos: 1 });
  const [fact] = (await t.facts()).filter(({ meta }) => meta.stream === device);
  expect(fact?.meta.chain).toEqual(kept === undefined ? undefined : { hash: factHash(message), prev: kept });
  expect(said).toEqual([]);
  fridge.end(true);
});

test('what is wrong is pointed at, and logged without what was said', async () => {
  const fridge = await t.connect('fridge-1');
  await fridge.subscribeAsync('dabba/sfo/fridges/fridge-1/problems', { qos: 1 });
  const problem = new Promise<string>((resolve) =>
    fridge.on('message', (_topic, body) => resolve(body.toString())),
  );
  await fridge.publishAsync(factsTopic('fridge-1'), factBody(1, { data: { meal_id: 'my secret' } }), {
    qos: 1,
  });
  expect(JSON.parse(await problem)).toMatchObject({ status: 400, errors: [{ pointer: '#/data/meal_id' }] });
  expect(t.lines.join('\n')).toContain('invalid-fact');
  expect(t.lines.join('\n')).not.toContain('secret');
  fridge.end(true);
});

test.each([
  "another fridge's facts|dabba/sfo/fridges/fridge-2/facts",
  'another metro|dabba/nyc/fridges/fridge-1/facts',
  'its own commands|dabba/sfo/fridges/fridge-1/commands',
  'its own problems|dabba/sfo/fridges/fridge-1/problems',
  'its own policy|dabba/sfo/fridges/fridge-1/policy',
  'the broker itself|$SYS/x',
  'a path around|dabba/sfo/fridges/fridge-2/../fridge-1/facts',
])('publishing to %s ends the connection after a problem; nothing reaches Kafka', async (line) => {
  const [, topic = ''] = line.split('|');
  const ends = await t.ends();
  const fridge = await t.connect('fridge-1');
  await fridge.subscribeAsync('dabba/sfo/fridges/fridge-1/problems', { qos: 1 });
  const problem = new Promise<string>((resolve) =>
    fridge.on('message', (_topic, body) => resolve(body.toString())),
  );
  const closed = new Promise<void>((resolve) => fridge.on('close', () => resolve()));
  let acknowledged = 0;
  for (const to of [topic, factsTopic('fridge-1')])
    fridge.publish(to, factBody(1), { qos: 1 }, (error) => {
      if (!error) acknowledged += 1;
    });
  expect(JSON.parse(await problem)).toMatchObject({ status: 403, code: 'foreign-topic' });
  await closed;
  expect(acknowledged).toBe(0);
  expect(await t.ends()).toEqual(ends);
});

test.each([
  '#',
  '+/#',
  'dabba/#',
  'dabba/sfo/fridges/+/commands',
  'dabba/sfo/fridges/fridge-2/commands',
  'dabba/sfo/fridges/fridge-2/policy',
  '$SYS/#',
])('subscribing to %s is refused in the SUBACK', async (topic) => {
  const fridge = await t.connect('fridge-1');
  const own = 'dabba/sfo/fridges/fridge-1/commands';
  await expect(fridge.subscribeAsync([topic, own], { qos: 1 })).rejects.toThrow();
  fridge.end(true);
});

test('a packet over 64 KiB ends the connection before it is whole', async () => {
  const ends = await t.ends();
  const fridge = await t.connect('fridge-1');
  const closed = new Promise<void>((resolve) => fridge.on('close', () => resolve()));
  fridge.publish(factsTopic('fridge-1'), Buffer.alloc(70_000), { qos: 1 }, () => {});
  await closed;
  expect(await t.ends()).toEqual(ends);
});

test('a last will is refused: nobody saw what it says', async () => {
  const will = {
    topic: factsTopic('fridge-1'),
    payload: Buffer.from(factBody(1)),
    qos: 1 as const,
    retain: false,
  };
  await expect(t.connect('fridge-1', { will })).rejects.toThrow();
});

test('a wrong secret, a missing one and none at all are refused', async () => {
  await expect(t.connect('fridge-1', { password: 'wrong' })).rejects.toThrow(/Bad username or password/);
  await expect(t.connect('fridge-1', { password: 'x'.repeat(10_000) })).rejects.toThrow();
  await expect(t.connect('', { username: '', password: '' })).rejects.toThrow();
});

test('a fridge that calls itself as another does not take over its connection', async () => {
  const victim = await t.connect('fridge-1', { clientId: 'same' });
  const other = await t.connect('fridge-2', { clientId: 'same' });
  await other.publishAsync(factsTopic('fridge-2'), factBody(1), { qos: 1 });
  await victim.publishAsync(factsTopic('fridge-1'), factBody(1), { qos: 1 });
  expect(victim.connected).toBe(true);
});
