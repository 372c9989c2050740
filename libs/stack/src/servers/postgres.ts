import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { serverPorts } from '../ports.ts';
import { initialisePostgres, type PostgresPlace } from '../postgres/initialise.ts';
import { end } from '../process/end.ts';
import { identify } from '../process/identity.ts';
import type { Place, Server } from './server.ts';

export const postgresUrl = (port: number) => `postgres://postgres@localhost:${port}/postgres`;

const settings = {
  listen_addresses: 'localhost',
  unix_socket_directories: '',
  max_connections: 400,
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  // What makes a commit durable is Postgres' default, and said here because our promises stand on it.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
};

export function postgres({ dir, ports }: Place): Server {
  const port = ports.postgres;
  let place: PostgresPlace | undefined;
  return {
    name: 'postgres',
    title: 'Postgres',
    ports: [{ ...serverPorts.postgres, port }],
    prepare: async () => {
      place = await initialisePostgres(dir);
      await clearStaleLock(place.data);
    },
    child: () => {
      if (!place) throw new Error('Postgres is started before it is prepared');
      const options = Object.entries({ ...settings, port }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]);
      return {
        command: join(place.home, 'bin/postgres'),
        args: ['-D', place.data, ...options],
        cwd: '/',
        stopSignal: 'SIGINT',
        ...(place.user && { user: place.user }),
      };
    },
    answers: () => answersQueries(postgresUrl(port)),
    // The backends of a killed postmaster hold its shared memory until they notice.
    isPassing: (log) => log.includes('shared memory block') || log.includes('postmaster.pid" already exists'),
  };
}

/**
 * Postgres refuses to start when its lock file names a living process, even one that only got the pid of a postmaster that
 * was killed. A living postmaster on this data is an orphan, and ended.
 */
async function clearStaleLock(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const holder = identify(Number.parseInt(readFileSync(file, 'utf8'), 10));
  if (!holder) return;
  if (holder.command.includes(data)) await end(holder, 'SIGINT', 6000);
  else rmSync(file);
}

async function answersQueries(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
