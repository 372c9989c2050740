import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion, topics } from '@dabba/contracts';
import { service as edgeBridge } from '@dabba/edge-bridge';
import { service as gateway } from '@dabba/gateway';
import { service as identity, seedIdentity } from '@dabba/identity';
import { connectKafka, type Kafka, topicSettings } from '@dabba/kafka';
import { service as meals } from '@dabba/meals';
import {
  type RunningService,
  type ServiceDeps,
  type StartOptions,
  type StoreDeps,
  startService,
} from '@dabba/service-kit';
import { freePort } from '@dabba/stack';
import { uniquePrefix } from '@dabba/testing';
import { type Client, clientOf } from '../../platform/client.ts';
import type { DemoCredential } from '../../platform/credentials.ts';
import { Fridge } from '../../simulators/fridge/index.ts';

/** All services on the test servers, with databases, topics and folders of their own. */
export interface Village {
  /** For a process that should see the same: the CLI, a script. */
  env: Record<string, string>;
  url: string;
  mqttPort: number;
  kafka: Kafka;
  identity: RunningService<StoreDeps>;
  meals: RunningService<StoreDeps>;
  bridge: RunningService<ServiceDeps>;
  gateway: RunningService<ServiceDeps>;
  credentials: DemoCredential[];
  /** Signed in through the gateway; by login or client id. */
  as(login: string): Client;
  secretOf(login: string): string;
  fridge(id: string): Fridge;
  close(): Promise<void>;
}

export async function openVillage(options: StartOptions = {}): Promise<Village> {
  const dir = mkdtempSync(join(tmpdir(), 'dabba-journey-'));
  const prefix = uniquePrefix('journey');
  const mqttPort = await freePort();
  const identityPort = await freePort();
  const env: Record<string, string> = {
    ...(process.env.KAFKA_BROKERS !== undefined && { KAFKA_BROKERS: process.env.KAFKA_BROKERS }),
    ...(process.env.SCHEMA_REGISTRY_URL !== undefined && {
      SCHEMA_REGISTRY_URL: process.env.SCHEMA_REGISTRY_URL,
    }),
    ...(process.env.DATABASE_URL !== undefined && { DATABASE_URL: process.env.DATABASE_URL }),
    KAFKA_PREFIX: prefix,
    SCHEMA_CACHE_DIR: join(dir, 'schema-cache'),
    EDGE_BRIDGE_DIR: join(dir, 'edge-bridge'),
    DEMO_CREDENTIALS: join(dir, 'demo-credentials.json'),
    MQTT_PORT: String(mqttPort),
    IDENTITY_URL: `http://127.0.0.1:${identityPort}`,
    JWKS_URL: `http://127.0.0.1:${identityPort}/.well-known/jwks.json`,
    LOGINS_PER_SECOND: '1000',
    RATE_LIMIT_ANONYMOUS: '100000',
    RATE_LIMIT_PERSON: '100000',
    RATE_LIMIT_STAFF: '100000',
    LOG_LEVEL: 'silent',
  };
  const kafka = connectKafka({ brokers: (env.KAFKA_BROKERS ?? '').split(','), clientId: 'journey', prefix });
  await kafka.admin.apply(topicSettings(topics, loadRegion(), { replicas: 1 }));
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(service: T): T => {
    started.unshift(service);
    return service;
  };
  const own = { ...options, env, port: 0 };
  const people = keep(await startService(identity, { ...own, port: identityPort }));
  await seedIdentity(people.deps, env.DEMO_CREDENTIALS ?? '');
  const kitchen = keep(await startService(meals, own));
  await meals.seed?.(kitchen.deps);
  env.MEALS_URL = kitchen.url;
  const bridge = keep(await startService(edgeBridge, own));
  env.EDGE_BRIDGE_URL = bridge.url;
  const door = keep(await startService(gateway, own));
  env.GATEWAY_PORT = new URL(door.url).port;
  const credentials: DemoCredential[] = JSON.parse(readFileSync(env.DEMO_CREDENTIALS ?? '', 'utf8'));
  const credentialOf = (login: string) => {
    const found = credentials.find((each) => ('username' in each ? each.username : each.client_id) === login);
    if (!found) throw new Error(`Nobody is called ${login}`);
    return found;
  };
  const secretOf = (login: string) => {
    const found = credentialOf(login);
    return 'username' in found ? found.password : found.client_secret;
  };
  return {
    env,
    url: door.url,
    mqttPort,
    kafka,
    identity: people,
    meals: kitchen,
    bridge,
    gateway: door,
    credentials,
    as: (login) => clientOf(door.url, credentialOf(login)),
    secretOf,
    fridge: (id) =>
      new Fridge({
        url: `mqtt://127.0.0.1:${mqttPort}`,
        clientId: id,
        clientSecret: secretOf(id),
        metro: credentialOf(id).metro ?? '',
        fridgeId: id,
        currency: 'USD',
        journal: join(dir, `${id}.journal`),
      }),
    async close() {
      for (const service of started) await service.stop();
      await kafka.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const hour = 3_600_000;

export function lotBody(change: Readonly<Record<string, unknown>> = {}) {
  return {
    sku: 'dal-makhani',
    kitchen_id: 'kit_sfo_1',
    quantity: 3,
    produced_at: new Date(Date.now() - hour).toISOString(),
    expires_at: new Date(Date.now() + 8 * hour).toISOString(),
    allergens: ['milk'],
    may_contain: ['sesame'],
    ...change,
  };
}
