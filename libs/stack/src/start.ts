import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, portFromEnv, requireFreePort, serverPorts } from './ports.ts';
import { prepareJavaServers } from './prepare/java-servers.ts';
import { acquireLock } from './process/lock.ts';
import { endOrphans } from './process/pid-file.ts';
import { pidFolder, type Runner, runner } from './process/runner.ts';
import { kafka } from './servers/kafka.ts';
import { postgres, postgresUrl } from './servers/postgres.ts';
import { registry, registryPath } from './servers/registry.ts';
import type { Place, Server } from './servers/server.ts';
import { StackError } from './stack-error.ts';
import type { PortName, ProcessName, ServerName, Stack, StackOptions } from './types.ts';

const everything: readonly ServerName[] = ['kafka', 'registry', 'postgres'];

/**
 * Starts the servers as child processes on the data below `dir`, ending what a killed run left behind there.
 *
 * @throws StackError with one sentence: Java or Maven missing, a port taken, a stack already running in `dir`.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  requireWritable(dir);
  const lock = acquireLock(dir, { name: 'stack', what: 'A stack' });
  const runners = new Map<ProcessName, Runner>();
  const stop = async () => {
    await Promise.all([...runners.values()].map((each) => each.stop()));
    lock.release();
  };
  try {
    const { servers, addresses } = await choose(dir, options);
    for (const server of servers) runners.set(server.name, runnerOf(server, dir, options));
    await endOrphans(pidFolder(dir, 'servers'));
    for (const port of servers.flatMap((server) => server.ports)) await requireFreePort(port);
    await startAll(servers, runners, options);
    return { ...addresses, ...controls(runners), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All at once; a failure is thrown when every other start has come to its end, so that stopping finds them. */
async function startAll(servers: Server[], runners: Map<ProcessName, Runner>, { onProgress }: StackOptions) {
  const began = Date.now();
  const starts = servers.map(async ({ name, title }) => {
    await runners.get(name)?.start();
    onProgress?.(`${title} answers after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  });
  for (const start of await Promise.allSettled(starts)) if (start.status === 'rejected') throw start.reason;
}

async function choose(dir: string, options: StackOptions) {
  const only = options.only ?? everything;
  const brokers = options.brokers ?? 1;
  const place: Place = { dir, ports: await choosePorts(options.ports) };
  const kafkaPorts = [place.ports.kafka];
  while (kafkaPorts.length < brokers) kafkaPorts.push(await freePort());
  const servers: Server[] = [];
  if (only.includes('kafka') || only.includes('registry')) {
    const java = await prepareJavaServers(options.onProgress ?? (() => {}));
    if (only.includes('kafka'))
      servers.push(...kafkaPorts.map((_, index) => kafka(place, java, index + 1, kafkaPorts)));
    if (only.includes('registry')) servers.push(registry(place, java));
  }
  if (only.includes('postgres')) servers.push(postgres(place));
  return {
    servers,
    addresses: {
      kafkaBrokers: only.includes('kafka') ? kafkaPorts.map((port) => `localhost:${port}`) : [],
      schemaRegistryUrl: only.includes('registry')
        ? `http://localhost:${place.ports.registry}${registryPath}`
        : '',
      databaseUrl: only.includes('postgres') ? postgresUrl(place.ports.postgres) : '',
    },
  };
}

async function choosePorts(wanted: StackOptions['ports']): Promise<Record<PortName, number>> {
  const pick = (name: PortName) =>
    wanted === 'free'
      ? freePort()
      : (wanted?.[name] ?? portFromEnv(serverPorts[name].variable, serverPorts[name].port));
  return {
    kafka: await pick('kafka'),
    controller: await pick('controller'),
    registry: await pick('registry'),
    postgres: await pick('postgres'),
  };
}

function runnerOf(server: Server, dir: string, { onExit }: StackOptions): Runner {
  return runner({
    ...server,
    dir,
    kind: 'servers',
    readyWithinMs: 90_000,
    graceMs: 7000,
    ...(onExit && { onExit: (reason: string) => onExit(server.name, reason) }),
  });
}

function controls(runners: Map<ProcessName, Runner>) {
  const named = (name: ProcessName) => {
    const found = runners.get(name);
    if (!found) throw new StackError(`This stack has no ${name}.`);
    return found;
  };
  return {
    pid: (name: ProcessName) => runners.get(name)?.pid(),
    kill9: (name: ProcessName) => named(name).kill9(),
    restart: (name: ProcessName) => named(name).start(),
  };
}

function requireWritable(dir: string): void {
  try {
    for (const folder of [dir, pidFolder(dir, 'servers'), join(dir, 'logs')]) {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    }
  } catch (cause) {
    throw new StackError(`${dir} cannot be written; a run as another user may have made it.`, { cause });
  }
}
