import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainSeed, factHash } from '@dabba/contracts';
import { type OfflinePolicy, signPolicy, usualColdRules } from '@dabba/meals/offline';
import { type TestTokens, testTokens } from '@dabba/testing';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Served } from './alone.ts';
import { Fridge } from './index.ts';
import { Recorder } from './recorder.ts';

const minute = 60_000;
const hour = 60 * minute;
let directory: string;
let tokens: TestTokens;
let signing: CryptoKey;
let pinned: JSONWebKeySet;
let now = 0;
let next = 0;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'alone-'));
  tokens = await testTokens();
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  signing = pair.privateKey;
  pinned = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA' }] };
});
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  // Tokens are as young as the machine's clock says; hours pass in these tests.
  now = Date.now() - hour;
});

const policy = (change: Partial<OfflinePolicy> = {}): OfflinePolicy => ({
  version: 1,
  fridge_id: 'f1',
  metro: 'sfo',
  issued_at: now,
  valid_until: now + 12 * hour,
  limits: { per_customer: { amount: 2_000, meals: 2 }, per_fridge_hour: { amount: 5_000, meals: 3 } },
  deny: ['cus_bad'],
  meals: ['m1', 'm2', 'm3', 'm4'].map((meal_id) => ({
    meal_id,
    sku: 'dal',
    price: 850,
    currency: 'USD',
    expires_at: now + 8 * hour,
  })),
  cold: usualColdRules,
  identity: {
    issuer: 'https://identity.dabba.dev',
    audience: 'dabba',
    keys: tokens.keys.keys.map((key) => ({ ...key, kty: 'RSA' })),
  },
  ...change,
});

/** A fridge that heard its policy before it lost its network: it reads it from its journal. */
async function fridge(given: OfflinePolicy | undefined, key = signing): Promise<Fridge> {
  next += 1;
  const journal = join(directory, `${next}.jsonl`);
  const link = { open: false, publish: () => {} };
  const recorder = new Recorder({ fridgeId: 'f1', journal, link, now: () => now });
  if (given !== undefined)
    recorder.write({ policy: await signPolicy(given, { kid: 'k1', key }), cold: given.cold });
  const made = new Fridge({
    url: 'mqtt://127.0.0.1:1',
    clientId: 'f1',
    clientSecret: 'secret',
    metro: 'sfo',
    fridgeId: 'f1',
    currency: 'USD',
    journal,
    policyKeys: pinned,
    now: () => now,
  });
  made.stock(['m1', 'm2', 'm3', 'm4']);
  made.heartbeat(4);
  return made;
}
const token = async (customer: string, change: object = {}) =>
  (await tokens.bearer(['customer'], { customer_id: customer, ...change })).slice('Bearer '.length);
const told = (served: Served) => (served.open ? 'open' : served.because);

it('S0-INV-07 sells alone by its policy, each entry chained to the one before it, over a crash as well', async () => {
  const device = await fridge(policy());
  const served = await device.serve(await token('cus_1'), ['m1', 'm2']);
  if (!served.open) throw new Error(served.because);
  expect(served.facts).toMatchObject([
    {
      type: 'meal_sold',
      data: { meal_id: 'm1', customer_id: 'cus_1', price: 850, policy: '1', offline: true },
    },
    { type: 'meal_sold', data: { meal_id: 'm2', temperature_safe: true } },
  ]);
  const { boot } = device;
  device.crash();
  expect([...device.inside]).toEqual(['m3', 'm4']);
  expect(told(await device.serve(await token('cus_1'), ['m3']))).toBe('customer-limit');
  const [after] = device.heartbeat(4);
  const last = served.facts.at(-1);
  expect(after).toMatchObject({ boot: boot + 1, seq: 1, prev: last && factHash(last) });
});

it('begins its chain with the seed', async () => {
  const journal = join(directory, 'first.jsonl');
  const link = { open: false, publish: () => {} };
  const recorder = new Recorder({ fridgeId: 'f1', journal, link, now: () => now });
  const [first, second] = recorder.observe([
    { type: 'heartbeat', data: {} },
    { type: 'heartbeat', data: {} },
  ]);
  expect(first?.prev).toBe(chainSeed);
  expect(second?.prev).toBe(first && factHash(first));
});

it('B3 says nothing under the numbers of before when its journal is lost', async () => {
  const device = await fridge(undefined);
  const [before] = device.heartbeat(4);
  rmSync(join(directory, `${next}.jsonl`));
  now += 1_000;
  device.crash();
  const [after] = device.heartbeat(4);
  expect(after).toMatchObject({ seq: 1, prev: chainSeed });
  expect(after?.boot).toBeGreaterThan(before?.boot ?? Infinity);
});

it.each([
  ['no-policy', async () => fridge(undefined)],
  ['no-policy', async () => fridge(policy({ fridge_id: 'f2' }))],
  [
    'no-policy',
    async () => fridge(policy(), (await generateKeyPair('EdDSA', { crv: 'Ed25519' })).privateKey),
  ],
  ['policy-expired', async () => fridge(policy({ issued_at: now - hour, valid_until: now }))],
  ['customer-denied', async () => fridge(policy({ deny: ['cus_1'] }))],
  [
    'unsafe-inside',
    async () => fridge(policy({ meals: policy().meals.map((m) => ({ ...m, blocked: true })) })),
  ],
])('S0-INV-07 stays shut: %s', async (because, make) => {
  const device = await make();
  expect(told(await device.serve(await token('cus_1'), ['m1']))).toBe(because);
  expect(device.inside.size).toBe(4);
});

it('S0-INV-07 refuses a token that expired, was forged, is for elsewhere or is not a customer’s', async () => {
  const device = await fridge(policy());
  const forger = await testTokens();
  const forged = await forger.bearer(['customer'], { customer_id: 'cus_1' });
  const others = [
    'nonsense',
    forged.slice('Bearer '.length),
    await token('cus_1', { metro: 'nyc' }),
    (await tokens.bearer(['courier'], { customer_id: 'cus_1' })).slice('Bearer '.length),
  ];
  for (const each of others) expect(told(await device.serve(each, ['m1']))).toBe('token-refused');
  const good = await token('cus_1');
  now += hour + 6 * minute;
  expect(told(await device.serve(good, ['m1']))).toBe('token-refused');
});

it('S0-INV-04 sells nothing after it was warm, silent or told to stay shut, also when it has been switched off and on', async () => {
  const warm = await fridge(policy());
  for (let passed = 0; passed <= 32; passed += 4) {
    warm.heartbeat(8);
    now += 4 * minute;
  }
  warm.heartbeat(3);
  expect(told(await warm.serve(await token('cus_1'), ['m1']))).toBe('fridge-locked');
  warm.crash();
  expect(told(await warm.serve(await token('cus_1'), ['m1']))).toBe('fridge-locked');
  const mute = await fridge(policy());
  now += 11 * minute;
  expect(told(await mute.serve(await token('cus_1'), ['m1']))).toBe('sensor-silent');
});

it('S0-INV-07 a clock that is set back sells nothing until it has caught up', async () => {
  const device = await fridge(policy());
  device.drift({ clock: -minute });
  expect(told(await device.serve(await token('cus_1'), ['m1']))).toBe('clock-behind');
  device.drift({ clock: 0 });
  expect(told(await device.serve(await token('cus_1'), ['m1']))).toBe('open');
});

it('a thermometer that drifts is believed, and so is a hand that took more than it asked for', async () => {
  const device = await fridge(policy());
  device.drift({ celsius: 3 });
  expect(device.heartbeat(4)).toMatchObject([{ data: { temperature_c: 7 } }]);
  const greedy = await device.serve(await token('cus_1'), ['m1'], { taken: ['m1', 'm2', 'm3'] });
  expect(greedy.open && greedy.facts).toHaveLength(3);
});
