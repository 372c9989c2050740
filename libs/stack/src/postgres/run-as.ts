import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StackError } from '../stack-error.ts';

export interface User {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root. Then it runs as whoever owns its data already, else as `postgres` or `nobody`.
 *
 * @returns undefined where it can run as us.
 * @throws StackError as root on a machine with neither.
 */
export function userForPostgres(data: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(data)) {
    const { uid, gid } = statSync(data);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = id('-u', name);
    const gid = id('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new StackError(
    'Postgres does not run as root, and there is no user "postgres" or "nobody" to run it as.',
  );
}

/** Whether a user can walk into a folder, or into where it would be made. */
export function canReach(path: string, user: User | undefined): boolean {
  if (!user) return true;
  let nearest = path;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return spawnSync('test', ['-x', nearest], { ...user, cwd: '/' }).status === 0;
}

function id(flag: '-u' | '-g', name: string): number | undefined {
  const run = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return run.status === 0 ? Number(run.stdout) : undefined;
}
