import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end } from './end.ts';
import { type Identity, identify, isStillRunning } from './identity.ts';

/** Notes a child that runs, so that a later start finds it should we die first. */
export function writePidFile(file: string, pid: number): Identity {
  const identity = identify(pid) ?? { pid, started: '', command: '' };
  writeFileSync(`${file}.new`, JSON.stringify(identity));
  renameSync(`${file}.new`, file);
  return identity;
}

/** The identity in a file, or undefined when there is none that can be read. */
export function readPidFile(file: string): Identity | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the process a file names, if it is still the same one, and removes the file. */
export async function endOrphan(file: string): Promise<void> {
  const identity = readPidFile(file);
  // SIGINT is what all of them end on quickly; SIGTERM makes Postgres wait for its clients.
  if (identity && isStillRunning(identity)) await end(identity, 'SIGINT', 6000);
  rmSync(file, { force: true });
}

/** Ends everything a folder of pid files names. */
export async function endOrphans(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  await Promise.all(files.map((name) => endOrphan(join(folder, name))));
}

function isIdentity(value: unknown): value is Identity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    typeof value.started === 'string' &&
    'command' in value &&
    typeof value.command === 'string'
  );
}
