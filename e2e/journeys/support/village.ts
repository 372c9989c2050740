import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion, topics } from '@dabba/contracts';
import { service as edgeBridge } from '@dabba/edge-bridge';
import { service as gateway } from '@dabba/gateway';
import { service as identity } from '@dabba/identity';
import { connectKafka, type Kafka, topicSettings } from '@dabba/kafka';
import { service as meals } from '@dabba/meals';
import { service as receipts } from '@dabba/receipts';
import {
  type RunningService,
  type ServiceDeps,
  type StoreDeps,
  type StoreService,
  startService,
} from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { choosePorts } from '../../platform/addresses.ts';
import { environment } from '../../platform/processes.ts';
import { seed } from '../../platform/seed.ts';
import { startLogistics } from '../../simulators/logistics/logistics.ts';
import type { RunningOffice } from '../../simulators/office/server.ts';
import { startTaxOffice } from '../../simulators/tax-office/tax-office.ts';
import { seedPeopleOnce } from './people-once.ts';
import { dropDatabases, servers } from './servers.ts';
import { type Villagers, villagers } from './villagers.ts';

/** All services in this process on the test servers, with databases, topics, ports and folders of their own. */
export interface Village extends Villagers {
  /** For a process that should see the same: the CLI, a script. */
  env: Readonly<Record<string, string>>;
  /** The gateway. */
  url: string;
  mqttPort: number;
  mqttUrl: string;
  kafka: Kafka;
  identity: RunningService<StoreDeps>;
  meals: RunningService<StoreDeps>;
  bridge: RunningService<ServiceDeps>;
  receipts: RunningService<StoreDeps>;
  gateway: RunningService<ServiceDeps>;
  /** The authorities receipts are registered with. */
  taxOffice: RunningOffice;
  logistics: RunningOffice;
  /** Those with a database, by name, as they run now. */
  stores(): [name: string, service: RunningService<StoreDeps>][];
  /** Lines the services logged. */
  log: readonly string[];
  /** Starts one more service here. */
  join(service: StoreService, change?: Readonly<Record<string, string>>): Promise<RunningService<StoreDeps>>;
  /** Starts a service where it was, after its `stop`; `change` goes over the environment. */
  again(service: 'identity' | 'meals' | 'bridge', change?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

const silent = { error() {}, warn() {}, info() {} };
const many = '1000000';
const patient = {
  LOGINS_PER_SECOND: many,
  RATE_LIMIT_ANONYMOUS: many,
  RATE_LIMIT_PERSON: many,
  RATE_LIMIT_STAFF: many,
  COMMAND_RESEND_MS: '500',
};

/**
 * @param setting over the environment of every service
 * @param more services that will join: seeded with the others
 * @param spanProcessors one set a process: the first village decides
 */
export async function openVillage(
  setting: Readonly<Record<string, string>> = {},
  more: readonly StoreService[] = [],
  spanProcessors: readonly SpanProcessor[] = [],
): Promise<Village> {
  const dir = mkdtempSync(join(tmpdir(), 'dabba-journey-'));
  const prefix = uniquePrefix('journey');
  const ports = await choosePorts('free');
  const env: Record<string, string> = {
    ...environment(dir, servers(), ports),
    ...patient,
    ...setting,
    KAFKA_PREFIX: prefix,
  };
  const log: string[] = [];
  const kafka = connectKafka({ brokers: servers().kafkaBrokers, clientId: 'journey', prefix, log: silent });
  await kafka.admin.apply(topicSettings(topics, loadRegion(), { replicas: 1 }));
  await seed({ ...env, LOG_LEVEL: 'silent' }, [meals, receipts, ...more], seedPeopleOnce);

  const options = (change: Readonly<Record<string, string>> = {}) => ({
    env: { ...env, ...change },
    logTo: { write: (line: string) => void log.push(line) },
    spanProcessors,
  });
  const people = await startService(identity, options());
  const [kitchen, bridge, intake, door, taxOffice, logistics] = await Promise.all([
    startService(meals, options()),
    startService(edgeBridge, options()),
    startService(receipts, options()),
    startService(gateway, options()),
    startTaxOffice({ port: ports['tax-office'], ledger: join(dir, 'tax-office.jsonl') }),
    startLogistics({ port: ports.logistics, ledger: join(dir, 'logistics.jsonl') }),
  ]);

  const joined = new Map<string, RunningService<StoreDeps>>();
  const village: Village = {
    ...villagers({ dir, url: door.url, ports, credentials: env.DEMO_CREDENTIALS ?? '' }),
    env,
    url: door.url,
    mqttPort: ports.mqtt,
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
    kafka,
    identity: people,
    meals: kitchen,
    bridge,
    receipts: intake,
    gateway: door,
    taxOffice,
    logistics,
    stores: () => [
      ['identity', village.identity],
      ['meals', village.meals],
      ['receipts', village.receipts],
      ...joined,
    ],
    log,
    async join(service, change) {
      const running = await startService(service, options(change));
      joined.set(service.name, running);
      return running;
    },
    async again(name, change) {
      if (name === 'identity') village.identity = await startService(identity, options(change));
      else if (name === 'meals') village.meals = await startService(meals, options(change));
      else village.bridge = await startService(edgeBridge, options(change));
    },
    async close() {
      const stores = village.stores();
      const running = [village.gateway, village.bridge, ...stores.map(([, service]) => service)];
      await Promise.all(running.map((one) => one.stop()));
      await Promise.all([taxOffice, logistics].map((office) => office.close()));
      await kafka.admin.deleteTopics(topics.map(({ name }) => name));
      await kafka.close();
      await dropDatabases(stores.map(([name]) => `${prefix}dabba_${name}`));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return village;
}
