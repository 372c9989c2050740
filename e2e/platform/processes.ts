import { fileURLToPath } from 'node:url';
import type { ServiceSpec, StackAddresses } from '@dabba/stack';
import { type Ports, servicePorts } from './addresses.ts';

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
    JWKS_URL: `${at(ports.identity)}/.well-known/jwks.json`,
    ...Object.fromEntries(
      Object.entries(servicePorts).map(([door, { variable }]) => [variable, String(portOf(ports, door))]),
    ),
  };
}

/** A Node process for each service; `main` names the file that runs it, for drills that start another one. */
export function serviceSpecs(ports: Ports, env: Environment): ServiceSpec[] {
  const spec = (
    name: 'identity' | 'meals' | 'edge-bridge' | 'gateway',
    more: ServiceSpec['ports'] = [],
  ): ServiceSpec => ({
    ...nodeProcess(name, `services/${name}/src/main.ts`, ports[name], env),
    ports: [
      { port: ports[name], what: `the ${name} service`, variable: servicePorts[name].variable },
      ...more,
    ],
  });
  return [
    spec('identity'),
    spec('meals'),
    spec('edge-bridge', [{ port: ports.mqtt, what: 'MQTT', variable: servicePorts.mqtt.variable }]),
    spec('gateway'),
  ];
}

/** One Node process that answers on `port` when it is ready. */
export function nodeProcess(name: string, entry: string, port: number, env: Environment): ServiceSpec {
  const main = fileURLToPath(new URL(`../../${entry}`, import.meta.url));
  return {
    name,
    command: process.execPath,
    args: ['--import', 'tsx', main],
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env,
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
  };
}

function portOf(ports: Ports, door: string): number | undefined {
  return Object.entries(ports).find(([name]) => name === door)?.[1];
}
