import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serverPorts } from '../ports.ts';
import type { JavaServers } from '../prepare/java-servers.ts';
import { StackError } from '../stack-error.ts';
import type { Place, Server } from './server.ts';

export const registryPath = '/apis/ccompat/v7';

/** Apicurio on an H2 file. */
export function registry(place: Place, { java, registry: home }: JavaServers): Server {
  const port = place.ports.registry;
  return {
    name: 'registry',
    title: 'Schema registry',
    ports: [{ ...serverPorts.registry, port }],
    prepare: async () => {},
    child: () => ({
      command: java,
      args: ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-jar', join(home, jarIn(home))],
      cwd: place.dir,
      env: {
        HTTP_PORT: String(port),
        QUARKUS_HTTP_HOST: 'localhost',
        // Without a write delay an id that was handed out survives a kill -9; by default it may not for half a second.
        REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(place.dir, 'registry/db')};WRITE_DELAY=0`,
      },
    }),
    answers: async () => {
      const url = `http://localhost:${port}${registryPath}/subjects`;
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      return response?.ok === true;
    },
  };
}

function jarIn(home: string): string {
  const jar = readdirSync(home).find((name) => name.endsWith('-runner.jar'));
  if (!jar)
    throw new StackError(`There is no schema registry in ${home}: remove that folder and start again.`);
  return jar;
}
