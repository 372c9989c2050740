import { fileURLToPath } from 'node:url';
import { followed } from '@dabba/payments/followed';
import type { ServiceSpec, StackAddresses } from '@dabba/stack';
import { type Door, type Ports, servicePorts } from './addresses.ts';

/** Whom only orders need. */
export const ordering = ['catalog', 'inventory', 'orders', 'payments', 'kitchen'] as const;

/** Each a folder of `services/` with a `src/main.ts`. */
export const serviceNames = ['identity', 'meals', 'edge-bridge', 'receipts', ...ordering, 'gateway'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every process of the platform is told. */
export function environment(dir: string, servers: StackAddresses, ports: Ports): Record<string, string> {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    DATABASE_URL: servers.databaseUrl,
    KAFKA_BROKERS: servers.kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: servers.schemaRegistryUrl,
    SCHEMA_CACHE_DIR: `${dir}/schema-cache`,
    EDGE_BRIDGE_DIR: `${dir}/edge-bridge`,
    DEMO_CREDENTIALS: `${dir}/demo-credentials.json`,
    IDENTITY_URL: at(ports.identity),
    MEALS_URL: at(ports.meals),
    EDGE_BRIDGE_URL: at(ports['edge-bridge']),
    RECEIPTS_URL: at(ports.receipts),
    CATALOG_URL: at(ports.catalog),
    INVENTORY_URL: at(ports.inventory),
    ORDERS_URL: at(ports.orders),
    PAYMENTS_URL: at(ports.payments),
    KITCHEN_URL: at(ports.kitchen),
    ARCHIVE_STORE: `${dir}/archive`,
    ARCHIVE_WORK: `${dir}/archive-work`,
    TAX_OFFICE_URL: at(ports['tax-office']),
    TAX_OFFICE_LEDGER: `${dir}/tax-office.jsonl`,
    LOGISTICS_URL: at(ports.logistics),
    LOGISTICS_LEDGER: `${dir}/logistics.jsonl`,
    STRIPE_URL: at(ports.stripe),
    STRIPE_LEDGER: `${dir}/stripe.jsonl`,
    STRIPE_WEBHOOK_URL: `${at(ports.payments)}/webhooks/stripe`,
    STRIPE_WEBHOOK_EVENTS: followed.join(','),
    JWKS_URL: `${at(ports.identity)}/.well-known/jwks.json`,
    ...Object.fromEntries(
      Object.entries(servicePorts).map(([door, { variable }]) => [variable, String(portOf(ports, door))]),
    ),
  };
}

/** A Node process for each service, and for each authority that is played here. */
export function serviceSpecs(ports: Ports, env: Environment): ServiceSpec[] {
  const spec = (name: Exclude<Door, 'mqtt'>, what: string, entry: string): ServiceSpec => ({
    ...nodeProcess(name, entry, ports[name], env),
    ports: [{ port: ports[name], what, variable: servicePorts[name].variable }],
  });
  const mqtt = { port: ports.mqtt, what: 'MQTT', variable: servicePorts.mqtt.variable };
  const service = (name: (typeof serviceNames)[number]): ServiceSpec => {
    const one = spec(name, `the ${name} service`, `services/${name}/src/main.ts`);
    return { ...one, ports: [...(one.ports ?? []), ...(name === 'edge-bridge' ? [mqtt] : [])] };
  };
  return [
    ...serviceNames.map(service),
    spec('tax-office', 'the simulated tax office', 'e2e/simulators/tax-office/main.ts'),
    spec('logistics', 'the simulated logistics office', 'e2e/simulators/logistics/main.ts'),
    spec('stripe', 'the simulated Stripe', 'e2e/simulators/stripe/main.ts'),
  ];
}

/**
 * Many processes share a few processors: with V8's usual four helpers one that collects garbage takes them all, and
 * whoever has to answer waits (docs/performance.md).
 */
const v8 = ['--v8-pool-size=1'];

/** One Node process that answers on `port` when it is ready. */
export function nodeProcess(name: string, entry: string, port: number, env: Environment): ServiceSpec {
  const main = fileURLToPath(new URL(`../../${entry}`, import.meta.url));
  return {
    name,
    command: process.execPath,
    args: [...v8, '--import', 'tsx', main],
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env,
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
  };
}

function portOf(ports: Ports, door: string): number | undefined {
  return Object.entries(ports).find(([name]) => name === door)?.[1];
}
