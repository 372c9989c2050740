import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion, metroOf, partitionFor, topics } from '@dabba/contracts';
import { connectKafka, type Kafka, topicSettings } from '@dabba/kafka';
import { freePort, type Stack, startStack } from '@dabba/stack';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BridgeProcess } from './bridge-process.ts';
import { Fridge } from './fridge.ts';
import { type StubIdentity, stubIdentity } from './stub-identity.ts';

const region = loadRegion({});
let directory: string;
let stack: Stack;
let identity: StubIdentity;
let kafka: Kafka;
let bridge: BridgeProcess;
let url: string;
let http: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'outage-'));
  [stack, identity] = await Promise.all([
    startStack({ dir: join(directory, 'stack'), ports: 'free', only: ['kafka'] }),
    stubIdentity(),
  ]);
  kafka = connectKafka({ brokers: stack.kafkaBrokers, clientId: 'outage', log: silent });
  await kafka.admin.apply(topicSettings(topics, region, { replicas: 1 }));
  const mqttPort = await freePort();
  const httpPort = await freePort();
  http = `http://127.0.0.1:${httpPort}`;
  url = `mqtt://127.0.0.1:${mqttPort}`;
  bridge = new BridgeProcess({
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    KAFKA_PREFIX: '',
    SCHEMA_CACHE_DIR: join(directory, 'schemas'),
    IDENTITY_URL: identity.url,
    JWKS_URL: `${identity.url}/.well-known/jwks.json`,
    EDGE_BRIDGE_DIR: join(directory, 'bridge'),
    EDGE_BRIDGE_PORT: String(httpPort),
    MQTT_PORT: String(mqttPort),
    MQTT_HOST: '127.0.0.1',
    FACT_KAFKA_TIMEOUT_MS: '500',
  });
});

afterAll(async () => {
  await bridge.end('SIGTERM');
  await kafka.close();
  await stack.stop();
  identity.close();
  rmSync(directory, { recursive: true });
});

const silent = { error() {}, warn() {}, info() {} };

function fridge(fridgeId: string): Fridge {
  const made = new Fridge({
    url,
    clientId: fridgeId,
    clientSecret: 'secret',
    metro: 'sfo',
    fridgeId,
    currency: 'USD',
    journal: join(directory, `${fridgeId}.jsonl`),
  });
  made.reconnect();
  return made;
}

/** `boot/seq` of every fact of the fridge, as they lie on the topic. */
async function onTopic(fridgeId: string): Promise<string[]> {
  const partition = partitionFor(metroOf(region, 'sfo'), fridgeId);
  const offsets = await kafka.admin.offsets('fridge-facts');
  const { low = 0, high = 0 } = offsets.find((each) => each.partition === partition) ?? {};
  const seen: string[] = [];
  await kafka.read({
    topic: 'fridge-facts',
    ranges: new Map([[partition, { from: low, to: high }]]),
    onBatch: async ({ records }) => {
      for (const { key, headers } of records)
        if (key === fridgeId) seen.push(`${headers.ce_source?.split('/')[1]}/${headers.position}`);
    },
  });
  return seen;
}

const upTo = (last: number, boot: number) =>
  Array.from({ length: last }, (_, index) => `${boot}/${index + 1}`);
const meals = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** Servers are killed and started again here, on whatever machine this is. */
const long = 180_000;

test('B1 B2 Kafka killed, 1,000 facts acknowledged, the bridge killed, both back: 1,000 distinct facts in order', {
  timeout: long,
}, async () => {
  await bridge.start();
  const device = fridge('fridge-1');
  device.stock(meals(10, 'before'));
  await device.drained();
  await stack.kill9('kafka');
  device.stock(meals(990, 'during'));
  await device.drained();
  const health = await fetch(`${http}/health/ready`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: 'degraded' }]);
  await bridge.end('SIGKILL');
  device.disconnect();
  await bridge.start();
  await stack.restart('kafka');
  const seen = await until(
    'all facts are on the topic',
    async () => {
      const facts = await onTopic('fridge-1');
      return facts.length >= 1_000 && facts;
    },
    { within: 90_000, every: 200 },
  );
  expect([...new Set(seen)]).toEqual(upTo(1_000, device.boot));
  expect(device.problems).toEqual([]);
});

test('B2 B3 a Kafka that freezes keeps no fridge waiting; its late sends are duplicates, never out of order', {
  timeout: long,
}, async () => {
  const device = fridge('fridge-3');
  device.stock(meals(10, 'before'));
  await device.drained();
  const pid = stack.pid('kafka') ?? expect.fail('Kafka does not run');
  process.kill(pid, 'SIGSTOP');
  try {
    device.stock(meals(90, 'frozen'));
    await device.drained();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  device.stock(meals(10, 'after'));
  await device.drained();
  const seen = await until('all facts are on the topic', async () => {
    const facts = await onTopic('fridge-3');
    return new Set(facts).size >= 110 && facts;
  });
  expect([...new Set(seen)]).toEqual(upTo(110, device.boot));
  device.disconnect();
});

test('B3 a fridge that crashes says what was not acknowledged again, under the same numbers, before what it saw since', async () => {
  const device = fridge('fridge-2');
  await until('it is connected', () => device.connected);
  device.stock(meals(100, 'first'));
  const { boot } = device;
  device.crash();
  device.stock(meals(5, 'second'));
  expect(device.inside.size).toBe(105);
  device.reconnect();
  await device.drained();
  expect([...new Set(await onTopic('fridge-2'))]).toEqual([...upTo(100, boot), ...upTo(5, device.boot)]);
  device.disconnect();
});

test('a fridge is still let in when identity is away', { timeout: long }, async () => {
  identity.close();
  await bridge.end('SIGKILL');
  await bridge.start();
  const device = fridge('fridge-1');
  device.heartbeat(3.5);
  await device.drained();
  device.disconnect();
});
