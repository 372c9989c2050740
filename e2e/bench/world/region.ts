import { freePort, type ServiceSpec, superviseServices } from '@dabba/stack';
import { testTokens, uniquePrefix } from '@dabba/testing';
import { nodeProcess } from '../../platform/processes.ts';
import { stubIdentity } from '../../simulators/fridge/stub-identity.ts';
import { createTopics, databaseUrl, dropAll } from './apart.ts';

/** Services as real processes, with topics and databases nobody else has. */
export interface Region {
  /** Base URLs. */
  meals: string;
  gateway: string;
  bare: string;
  reader: string;
  mqttUrl: string;
  /** Of the reader's own database, and of meals'. */
  readerDatabase: string;
  mealsDatabase: string;
  /** `Bearer …` of operations in sfo, for five minutes. */
  token(): Promise<string>;
  /** Likewise of a customer. */
  customer(id: string): Promise<string>;
  close(): Promise<void>;
}

/** What runs beside meals; nothing that the bench does not need, since it would take its share of the cores. */
export type Beside = 'gateway' | 'bare' | 'reader' | 'edge-bridge';

const generous = '100000000';

export async function openRegion(
  beside: readonly Beside[],
  dir: string,
  onProgress: (line: string) => void,
): Promise<Region> {
  const prefix = uniquePrefix('bench');
  const tokens = await testTokens();
  const keys = await stubIdentity(tokens);
  const removeTopics = await createTopics(prefix);
  const ports = {
    meals: await freePort(),
    gateway: await freePort(),
    bare: await freePort(),
    reader: await freePort(),
    bridge: await freePort(),
    mqtt: await freePort(),
  };
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const env = {
    KAFKA_PREFIX: prefix,
    SCHEMA_CACHE_DIR: `${dir}/schema-cache`,
    MEALS_PORT: String(ports.meals),
    GATEWAY_PORT: String(ports.gateway),
    BARE_PORT: String(ports.bare),
    BENCH_READER_PORT: String(ports.reader),
    EDGE_BRIDGE_PORT: String(ports.bridge),
    EDGE_BRIDGE_DIR: `${dir}/edge-bridge`,
    MQTT_PORT: String(ports.mqtt),
    IDENTITY_URL: keys.url,
    JWKS_URL: `${keys.url}/.well-known/jwks.json`,
    MEALS_URL: at(ports.meals),
    RATE_LIMIT_STAFF: generous,
  };
  const specs: ServiceSpec[] = [
    nodeProcess('meals', 'services/meals/src/main.ts', ports.meals, env),
    nodeProcess('gateway', 'services/gateway/src/main.ts', ports.gateway, env),
    nodeProcess('bare', 'e2e/bench/http/bare.ts', ports.bare, env),
    nodeProcess('edge-bridge', 'services/edge-bridge/src/main.ts', ports.bridge, env),
    nodeProcess('reader', 'e2e/bench/visible/reader.ts', ports.reader, env),
  ];
  const wanted = specs.filter(({ name }) => name === 'meals' || beside.some((one) => one === name));
  const services = await superviseServices(wanted, { dir, onProgress });
  const databases = ['meals', 'bench_reader'].map((name) => `${prefix}dabba_${name}`);
  return {
    meals: at(ports.meals),
    gateway: at(ports.gateway),
    bare: at(ports.bare),
    reader: at(ports.reader),
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
    readerDatabase: databaseUrl(`${prefix}dabba_bench_reader`),
    mealsDatabase: databaseUrl(`${prefix}dabba_meals`),
    token: () => tokens.bearer(['operations']),
    customer: (id) => tokens.bearer(['customer'], { sub: id, customer_id: id }),
    async close() {
      await services.stop();
      keys.close();
      await removeTopics();
      await dropAll(databases);
    },
  };
}
