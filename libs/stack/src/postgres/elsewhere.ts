import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { canReach, type User } from './run-as.ts';

// A clone under root's home (mode 0700) cannot be entered by the user Postgres runs as. Its files then live in a folder
// that both can reach. `place` in the stack's own folder names it, and `owner` there names the stack's folder, so that
// whoever removes .dabba also loses the database at the next start.

/** The data folder outside of `dir`, always the same one for the same `dir`. */
export async function dataElsewhere(dir: string, user: User): Promise<string> {
  const base = baseFor(user);
  await sweep(base);
  const place = join(dir, 'postgres-place');
  if (!existsSync(place)) await writeFile(place, join(base, randomUUID()));
  const folder = readFileSync(place, 'utf8').trim();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await writeFile(join(folder, 'owner'), place);
  return join(folder, 'data');
}

/** A copy of the binaries outside, shared by every clone. */
export async function binariesElsewhere({ home, version }: PostgresBinaries, user: User): Promise<string> {
  const folder = join(baseFor(user), `postgres-${version}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  await cp(home, partial, { recursive: true, verbatimSymlinks: true });
  // Only a whole copy gets the name; should someone else have been quicker, theirs is as good.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  return folder;
}

/** Removes a stack's folder with what it keeps elsewhere. */
export async function removeStackFolder(dir: string): Promise<void> {
  const place = join(dir, 'postgres-place');
  if (existsSync(place)) await rm(readFileSync(place, 'utf8').trim(), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
}

/** /var/lib outlives a reboot, which the temporary folder may not. */
function baseFor(user: User): string {
  for (const parent of ['/var/lib', tmpdir()]) {
    const base = join(parent, 'dabba');
    if (!isWritable(parent) || !canReach(parent, user)) continue;
    mkdirSync(base, { recursive: true, mode: 0o755 });
    if (statSync(base).uid === process.getuid?.()) return base;
  }
  throw new StackError(
    'Postgres cannot enter this folder as an ordinary user, and neither /var/lib nor the temporary folder can take its data: move the clone out of the protected home.',
  );
}

async function sweep(base: string): Promise<void> {
  for (const name of readdirSync(base)) {
    const owner = join(base, name, 'owner');
    if (!existsSync(owner)) continue;
    const place = readFileSync(owner, 'utf8').trim();
    const claimed = existsSync(place) && readFileSync(place, 'utf8').trim() === join(base, name);
    if (!claimed) rmSync(join(base, name), { recursive: true, force: true });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
