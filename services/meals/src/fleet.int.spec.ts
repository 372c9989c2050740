import { type Events, encodeEvent, metroOf, schemaOf } from '@dabba/contracts';
import { type Publisher, toRecord } from '@dabba/kafka';
import { verify } from '@dabba/projections';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fleet } from './read-models/fleet.ts';
import { service } from './service.ts';
import { watchFleetTask } from './tasks/watch-fleet.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;
let publisher: Publisher;
const clock = { ahead: 0 };
const minute = 60_000;

beforeAll(async () => {
  tokens = await testTokens();
  const kafkaPrefix = uniquePrefix('fleet');
  await makeTopicsOf(service, kafkaPrefix);
  const now = () => Date.now() + clock.ahead;
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix, now });
  publisher = meals.deps.kafka.publisher();
});
afterAll(async () => {
  await publisher?.close();
  await meals?.stop();
});

const call = (method: string, path: string, body?: unknown, roles = ['operations']) =>
  callAs(tokens, method, `${meals.url}${path}`, body, { roles });

const seqs = new Map<string, number>();
async function say<N extends 'FridgeHeartbeat' | 'FridgeMealStocked' | 'FridgeMealSold'>(
  type: N,
  device: string,
  time: number,
  encode: (known: { device: string; boot: number; seq: number; observedAt: number }) => Events[N],
) {
  const seq = (seqs.get(device) ?? 0) + 1;
  seqs.set(device, seq);
  const { topic, fullName, text } = schemaOf(type);
  const { data } = encodeEvent(type, encode({ device, boot: 1, seq, observedAt: time }));
  const schemaId = await meals.deps.registry.idOf(topic, fullName, text);
  const meta = {
    id: crypto.randomUUID(),
    source: `${device}/1`,
    stream: device,
    streamType: 'fridge',
    version: seq,
    position: seq,
    metro: 'sfo',
    time,
  };
  const partition = metroOf(meals.deps.region, 'sfo').partitions[0] ?? 0;
  await publisher.publish([toRecord({ type, meta, data }, { topic, partition, schemaId })]);
}
const beat = (device: string, time: number, temperatureCelsius: number | null) =>
  say('FridgeHeartbeat', device, time, (known) => ({ ...known, temperatureCelsius }));

async function register(id: string) {
  expect((await call('POST', '/api/v1/fridges', { id, name: id, capacity: 40 })).status).toBe(201);
}
const fridge = async (id: string) => (await call('GET', `/api/v1/fridges/${id}`)).body;
const eventsOf = async (id: string) => (await meals.deps.store.history(id)).map(({ type }) => type);

it('a warm fridge is locked, its food spoiled, and only staff who emptied it clear it', async () => {
  await register('fr_warm');
  const lot = await call('POST', '/api/v1/lots', {
    sku: 'dal',
    kitchen_id: 'kit_sfo_1',
    quantity: 2,
    produced_at: new Date(Date.now() - 60 * minute).toISOString(),
    expires_at: new Date(Date.now() + 600 * minute).toISOString(),
    allergens: [],
    may_contain: [],
  });
  const start = Date.now() - 40 * minute;
  for (const mealId of lot.body.meals)
    await say('FridgeMealStocked', 'fr_warm', start, (known) => ({ ...known, mealId }));
  await until('both are listed', async () => (await fridge('fr_warm')).stock_count === 2);
  for (let at = 0; at <= 36; at += 4) await beat('fr_warm', start + at * minute, at < 4 ? 4 : 8);
  await until('it is locked', async () => (await fridge('fr_warm')).locked === 'EXCURSION');
  await until('its food is spoiled', async () => {
    const states = await Promise.all(
      lot.body.meals.map(async (id: string) => (await call('GET', `/api/v1/meals/${id}`)).body.status),
    );
    return states.every((status) => status === 'SPOILED');
  });
  expect(await eventsOf('fr_warm')).toEqual([
    'FridgeRegistered',
    'FridgeServiced',
    'FridgeWarmed',
    'FridgeLocked',
    'FridgeAlertRaised',
    'FridgeCommandIssued',
  ]);
  const reset = { kind: 'UNLOCK', reason: 'from afar' };
  expect(await call('POST', '/api/v1/fridges/fr_warm/commands', reset)).toMatchObject({
    status: 409,
    body: { code: 'fridge-locked' },
  });
  expect((await call('POST', '/api/v1/fridges/fr_warm/clear', {}, ['customer'])).status).toBe(403);
  await until('the list of what is inside knows them', async () => {
    const { status, body } = await call('POST', '/api/v1/fridges/fr_warm/clear', {}, ['courier']);
    expect(status).toBe(409);
    return body.code === 'food-inside';
  });
  await until('the alarm is listed', async () => {
    const { body } = await call('GET', '/api/v1/fridges/fr_warm/alerts');
    return body.items.length === 1 && body.items[0].alert === 'EXCURSION' && body.next_cursor === null;
  });
});

it('an empty fridge that is cold again is cleared and gets its unlock', async () => {
  await register('fr_empty');
  const start = Date.now() - 36 * minute;
  for (let at = 0; at <= 32; at += 4) await beat('fr_empty', start + at * minute, 8);
  await until('it is locked', async () => (await fridge('fr_empty')).locked === 'EXCURSION');
  expect(await call('POST', '/api/v1/fridges/fr_empty/clear', {})).toMatchObject({
    status: 409,
    body: { code: 'still-warm' },
  });
  await beat('fr_empty', Date.now(), 3);
  await until(
    'it is clear',
    async () => (await call('POST', '/api/v1/fridges/fr_empty/clear', {})).status === 204,
  );
  expect((await eventsOf('fr_empty')).slice(-3)).toEqual([
    'FridgeCooled',
    'FridgeCleared',
    'FridgeCommandIssued',
  ]);
  expect((await fridge('fr_empty')).locked).toBeNull();
});

it('the fleet shows who is online, how warm and how full; an older fact overwrites nothing', async () => {
  await register('fr_live');
  await register('fr_mute');
  await beat('fr_live', Date.now(), 3.5);
  await beat('fr_live', Date.now() - 5 * minute, 4.5);
  await until('both beats are folded', async () => (await fridge('fr_live')).temperature_c === 3.5);
  const online = await call('GET', '/api/v1/fridges?online=true&limit=1');
  const pages = [online.body];
  for (let page = online.body; page.next_cursor !== null; pages.push(page))
    page = (await call('GET', `/api/v1/fridges?online=true&limit=1&cursor=${page.next_cursor}`)).body;
  const items = pages.flatMap((page) => page.items);
  expect(items.find(({ id }) => id === 'fr_live')).toMatchObject({
    online: true,
    temperature_c: 3.5,
    locked: null,
    stock_count: 0,
    capacity: 40,
  });
  expect(items.some(({ id }) => id === 'fr_mute')).toBe(false);
  const idsOf = async (filter: string): Promise<string[]> =>
    (await call('GET', `/api/v1/fridges?${filter}`)).body.items.map(({ id }: { id: string }) => id);
  const locked = await idsOf('locked=true');
  expect(locked).toContain('fr_warm');
  expect(locked).not.toContain('fr_live');
  const open = await idsOf('locked=false&online=true');
  expect(open).toContain('fr_live');
  expect(open).not.toContain('fr_warm');
});

it('a fridge that falls silent raises one alarm, and may again after it came back', async () => {
  const watch = watchFleetTask(meals.deps);
  const run = { idempotencyKey: 'k', attempt: 1, enqueuedAt: 0, signal: new AbortController().signal };
  const alarms = async () =>
    (await eventsOf('fr_live')).filter((type) => type === 'FridgeAlertRaised').length;
  clock.ahead = 6 * minute;
  await watch.run({ metro: 'sfo' }, run);
  await watch.run({ metro: 'sfo' }, run);
  expect(await alarms()).toBe(1);
  const seen = Date.now() + 7 * minute;
  await beat('fr_live', seen, 3);
  await until(
    'it is heard',
    async () => (await fridge('fr_live')).last_seen === new Date(seen).toISOString(),
  );
  await watch.run({ metro: 'sfo' }, run);
  expect(await alarms()).toBe(1);
  clock.ahead = 13 * minute;
  await watch.run({ metro: 'sfo' }, run);
  expect(await alarms()).toBe(2);
});

it('a fridge that speaks without a temperature is locked as silent', async () => {
  await register('fr_blind');
  const start = Date.now() - 12 * minute;
  await beat('fr_blind', start, 3);
  await beat('fr_blind', start + 11 * minute, null);
  await until('it is seen', async () => (await fridge('fr_blind')).last_seen !== null);
  const run = { idempotencyKey: 'k', attempt: 1, enqueuedAt: 0, signal: new AbortController().signal };
  await until('it is locked', async () => {
    await watchFleetTask(meals.deps).run({ metro: 'sfo' }, run);
    return (await fridge('fr_blind')).locked === 'SILENT_SENSOR';
  });
  await until('the fleet has folded it', async () => {
    const { body } = await call('GET', '/api/v1/fridges?locked=true');
    return body.items.some(({ id }: { id: string }) => id === 'fr_blind');
  });
  expect(await verify(fleet, meals.deps)).toMatchObject({ equal: true });
});
