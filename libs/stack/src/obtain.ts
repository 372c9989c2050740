import { composeStack, hasDockerEngine } from './compose.ts';
import { StackError } from './stack-error.ts';
import { startStack } from './start.ts';
import type { ServerName, Stack, StackAddresses, StackOptions } from './types.ts';

export interface ObtainOptions extends StackOptions {
  /** False keeps to child processes even where a Docker engine runs (default true). */
  docker?: boolean;
}

/**
 * Servers from wherever they are to be had: those named by KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL are used as
 * they are (they cannot be killed or restarted, and `stop` leaves them alone); the rest run in containers where there is a
 * Docker engine, else as child processes.
 */
export async function obtainStack(options: ObtainOptions): Promise<Stack> {
  const given = addressesFromEnv();
  const wanted = options.only ?? (['kafka', 'registry', 'postgres'] as const);
  const missing = wanted.filter((server) => !isGiven(server, given));
  if (missing.length === 0) return external(given);
  const started = await startMissing({ ...options, only: missing });
  return {
    ...started,
    kafkaBrokers: given.kafkaBrokers.length > 0 ? given.kafkaBrokers : started.kafkaBrokers,
    schemaRegistryUrl: given.schemaRegistryUrl || started.schemaRegistryUrl,
    databaseUrl: given.databaseUrl || started.databaseUrl,
  };
}

async function startMissing(options: ObtainOptions & { only: ServerName[] }): Promise<Stack> {
  if (options.docker !== false && (options.brokers ?? 1) === 1 && (await hasDockerEngine())) {
    try {
      return await composeStack(options);
    } catch (error) {
      options.onProgress?.(
        `The containers did not start (${String(error)}); starting child processes instead`,
      );
    }
  }
  return startStack(options);
}

function addressesFromEnv(): StackAddresses {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL } = process.env;
  return {
    kafkaBrokers: (KAFKA_BROKERS ?? '').split(',').filter(Boolean),
    schemaRegistryUrl: SCHEMA_REGISTRY_URL ?? '',
    databaseUrl: DATABASE_URL ?? '',
  };
}

function isGiven(server: ServerName, given: StackAddresses): boolean {
  if (server === 'kafka') return given.kafkaBrokers.length > 0;
  return (server === 'registry' ? given.schemaRegistryUrl : given.databaseUrl) !== '';
}

function external(addresses: StackAddresses): Stack {
  const refuse = async () => {
    throw new StackError(
      'These servers were given by their addresses: they are not ours to kill or restart.',
    );
  };
  return { ...addresses, pid: () => undefined, kill9: refuse, restart: refuse, stop: async () => {} };
}
