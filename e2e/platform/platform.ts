import { readFileSync } from 'node:fs';
import { allSchemas, loadRegion, topics } from '@dabba/contracts';
import { connectKafka, connectRegistry, topicSettings } from '@dabba/kafka';
import {
  type ServiceSpec,
  type Services,
  type Stack,
  type StackOptions,
  startStack,
  superviseServices,
} from '@dabba/stack';
import { makeBundles } from '../../scripts/bundles.mjs';
import { choosePorts, type Ports } from './addresses.ts';
import { type DemoCredential, secretOf } from './credentials.ts';
import { environment, serviceSpecs } from './processes.ts';
import { quickStart } from './quick-start.ts';
import { seed } from './seed.ts';

export interface PlatformOptions {
  /** Everything it keeps is below this folder. */
  dir: string;
  ports: 'environment' | 'free';
  /** For every service. */
  env?: Readonly<Record<string, string>>;
  /** Changes or adds processes; for drills. */
  processes?(specs: ServiceSpec[], env: Readonly<Record<string, string>>, ports: Ports): ServiceSpec[];
  onProgress?(line: string): void;
  onExit?(name: string, reason: string): void;
}

export interface Platform {
  stack: Stack;
  services: Services;
  ports: Ports;
  env: Readonly<Record<string, string>>;
  /** The gateway's address. */
  url: string;
  mqttUrl: string;
  credentials: readonly DemoCredential[];
  stop(): Promise<void>;
}

/** Servers, topics, schemas, seed data and services: everything Dabba needs on one machine. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { dir, onProgress, onExit } = options;
  const ports = await choosePorts(options.ports);
  const bundles = await makeBundles(onProgress);
  const stack = await startStack(stackOptions(options));
  try {
    const env = { ...environment(dir, stack, ports), ...options.env };
    onProgress?.('topics, schemas and seed data');
    await Promise.all([prepareTopics(env), seed(env)]);
    const credentials: DemoCredential[] = JSON.parse(readFileSync(`${dir}/demo-credentials.json`, 'utf8'));
    const specs = serviceSpecs(ports, {
      ...env,
      ORDERS_CLIENT_SECRET: secretOf(credentials, 'svc_orders'),
      KITCHEN_CLIENT_SECRET: secretOf(credentials, 'svc_kitchen'),
    });
    const processes = options.processes?.(specs, env, ports) ?? specs;
    const quick = processes.map((spec) => quickStart(spec, bundles));
    const services = await superviseServices(quick, {
      dir,
      ...(onProgress && { onProgress }),
      ...(onExit && { onExit }),
    });
    return {
      stack,
      services,
      ports,
      env,
      url: `http://127.0.0.1:${ports.gateway}`,
      mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
      credentials,
      async stop() {
        await services.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

function stackOptions({ dir, ports, onProgress, onExit }: PlatformOptions): StackOptions {
  return {
    dir,
    ...(ports === 'free' && { ports: 'free' as const }),
    ...(onProgress && { onProgress }),
    ...(onExit && { onExit }),
  };
}

/** Topics as the table says and every schema registered; does nothing that is done already. */
async function prepareTopics(env: Readonly<Record<string, string>>): Promise<void> {
  const kafka = connectKafka({ brokers: (env.KAFKA_BROKERS ?? '').split(','), clientId: 'platform' });
  try {
    await kafka.admin.apply(topicSettings(topics, loadRegion(), { replicas: 1 }));
    const registry = connectRegistry({
      url: env.SCHEMA_REGISTRY_URL ?? '',
      cacheDir: env.SCHEMA_CACHE_DIR ?? '',
    });
    const missing = [...allSchemas()];
    const register = async () => {
      for (let next = missing.pop(); next; next = missing.pop())
        await registry.idOf(next.topic, next.fullName, next.text);
    };
    await Promise.all(Array.from({ length: 8 }, register));
  } finally {
    await kafka.close();
  }
}
