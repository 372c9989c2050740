import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answers, serverPorts } from '../ports.ts';
import { serversDir } from '../prepare/folders.ts';
import type { JavaServers } from '../prepare/java-servers.ts';
import { StackError } from '../stack-error.ts';
import { settingsOf } from './kafka-settings.ts';
import type { Place, Server } from './server.ts';

const run = promisify(execFile);

/** Broker `node` (from 1) of `brokers`; the first is the controller too. */
export function kafka(
  place: Place,
  { java, kafka: jars }: JavaServers,
  node: number,
  ports: number[],
): Server {
  const home = join(place.dir, node === 1 ? 'kafka' : `kafka-${node}`);
  const data = join(home, 'data');
  const settings = join(home, 'server.properties');
  const classpath = join(jars, '*');
  const port = ports[node - 1] ?? place.ports.kafka;
  return {
    name: node === 1 ? 'kafka' : `kafka-${node}`,
    title: node === 1 ? 'Kafka' : `Kafka broker ${node}`,
    ports: [
      { ...serverPorts.kafka, port },
      ...(node === 1 ? [{ ...serverPorts.controller, port: place.ports.controller }] : []),
    ],
    prepare: async () => {
      mkdirSync(home, { recursive: true });
      writeFileSync(
        settings,
        settingsOf({ node, data, port, controller: place.ports.controller, brokers: ports.length }),
      );
      if (existsSync(join(data, 'meta.properties'))) return;
      const format = ['format', `--cluster-id=${clusterId(place.dir)}`, '-c', settings, '--ignore-formatted'];
      await run(java, ['-Xshare:auto', '-cp', classpath, 'kafka.tools.StorageTool', ...format]).catch(
        (cause) => {
          throw new StackError(`Kafka could not format its data folder ${data}.`, { cause });
        },
      );
    },
    child: () => ({
      command: java,
      args: [
        '-Xms256m',
        '-Xmx512m',
        '-XX:+UseSerialGC',
        '-XX:+ExitOnOutOfMemoryError',
        `-Dlog4j2.configurationFile=${join(serversDir, 'log4j2.properties')}`,
        '-cp',
        classpath,
        'kafka.Kafka',
        settings,
      ],
      cwd: home,
    }),
    answers: async (log) => log.includes('Kafka Server started') && answers(port),
  };
}

/** All brokers of a folder belong to one cluster, whichever was made first. */
function clusterId(dir: string): string {
  const file = join(dir, 'kafka-cluster-id');
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('base64url'));
  return readFileSync(file, 'utf8');
}
