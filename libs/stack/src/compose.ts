import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname } from 'node:path';
import { freePort } from './ports.ts';
import { composeFile } from './prepare/folders.ts';
import { registryPath } from './servers/registry.ts';
import { StackError } from './stack-error.ts';
import type { ProcessName, ServerName, Stack, StackOptions } from './types.ts';

const socket = '/var/run/docker.sock';

/** Whether something answers where Docker's engine does; a client alone is not enough. */
export async function hasDockerEngine(): Promise<boolean> {
  const { DOCKER_HOST } = process.env;
  if (DOCKER_HOST) return true;
  if (!existsSync(socket)) return false;
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** The servers of docker-compose.kafka.yml in containers of their own, on free ports. Their data goes with them. */
export async function composeStack({
  only,
  onProgress,
}: StackOptions & { only: ServerName[] }): Promise<Stack> {
  // Only loaded where an engine runs: it is large, and most machines start child processes.
  const { DockerComposeEnvironment } = await import('testcontainers');
  const ports = { kafka: await freePort(), registry: await freePort(), postgres: await freePort() };
  onProgress?.('Starting containers');
  const environment = await new DockerComposeEnvironment(dirname(composeFile), basename(composeFile))
    .withEnvironment({
      KAFKA_PORT: String(ports.kafka),
      SCHEMA_REGISTRY_PORT: String(ports.registry),
      POSTGRES_PORT: String(ports.postgres),
    })
    .up(only);
  const container = (name: ProcessName) => environment.getContainer(`${name}-1`);
  return {
    kafkaBrokers: only.includes('kafka') ? [`localhost:${ports.kafka}`] : [],
    schemaRegistryUrl: only.includes('registry') ? `http://localhost:${ports.registry}${registryPath}` : '',
    databaseUrl: only.includes('postgres') ? `postgres://postgres@localhost:${ports.postgres}/postgres` : '',
    pid: () => undefined,
    kill9: async () => {
      throw new StackError(
        'Servers in containers are not killed by tests: start a stack of child processes for that.',
      );
    },
    restart: (name) => container(name).restart(),
    stop: async () => {
      await environment.down({ removeVolumes: true });
    },
  };
}
