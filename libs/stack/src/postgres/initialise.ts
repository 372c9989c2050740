import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { findPostgres, type PostgresBinaries } from './binaries.ts';
import { binariesElsewhere, dataElsewhere } from './elsewhere.ts';
import { canReach, type User, userForPostgres } from './run-as.ts';

export interface PostgresPlace {
  home: string;
  data: string;
  user: User | undefined;
}

/** Finds binaries and data where the user Postgres runs as can reach them, and makes the data folder on first use. */
export async function initialisePostgres(dir: string): Promise<PostgresPlace> {
  const binaries = findPostgres();
  const here = join(dir, 'postgres');
  const user = userForPostgres(here);
  const data = user && !canReach(dir, user) ? await dataElsewhere(dir, user) : here;
  const home = await reachable(binaries, user);
  const place = { home, data, user };
  if (!existsSync(data)) await initdb(place);
  return place;
}

async function reachable(binaries: PostgresBinaries, user: User | undefined): Promise<string> {
  return user && !canReach(join(binaries.home, 'bin'), user)
    ? binariesElsewhere(binaries, user)
    : binaries.home;
}

async function initdb({ home, data, user }: PostgresPlace): Promise<void> {
  // Made beside its place and renamed, so that one cut short is never taken for a database.
  const partial = `${data}.new`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  if (user) chownSync(partial, user.uid, user.gid);
  const args = [
    '-D',
    partial,
    '-U',
    'postgres',
    '--auth=trust',
    '--locale=C',
    '--encoding=UTF8',
    '--no-instructions',
  ];
  const child = spawn(join(home, 'bin/initdb'), args, {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });
  if (code !== 0)
    throw new StackError(`Postgres could not make its data folder: ${said.trim() || String(code)}.`);
  renameSync(partial, data);
}
