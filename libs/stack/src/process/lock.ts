import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { identify, isStillRunning } from './identity.ts';
import { readPidFile } from './pid-file.ts';

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** Distinguishes locks in one folder (default `run`). */
  name?: string;
  /** Begins the sentence of a refusal (default `Dabba`). */
  what?: string;
}

/**
 * Makes this process the only one in a folder. The lock of a process that is gone is taken over, also when its pid now
 * belongs to another.
 *
 * @throws StackError when its holder runs.
 */
export function acquireLock(dir: string, { name = 'run', what = 'Dabba' }: LockOptions = {}): Lock {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.lock`);
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (succeeds(() => linkSync(mine, file))) return { release: () => releaseIfOurs(file) };
      const holder = readPidFile(file);
      if (holder && isStillRunning(holder)) throw refusal(what, dir, holder.pid);
      removeStale(file, mine);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new StackError(`${what} is just being started in ${dir} by someone else: try again in a moment.`);
}

/** Takes a dead holder's file away; puts it back should it have become a living one's in that very moment. */
function removeStale(file: string, mine: string): void {
  const aside = `${mine}.stale`;
  if (!succeeds(() => renameSync(file, aside))) return;
  const taken = readPidFile(aside);
  if (taken && isStillRunning(taken)) succeeds(() => linkSync(aside, file));
  rmSync(aside, { force: true });
}

function releaseIfOurs(file: string): void {
  if (readPidFile(file)?.pid === process.pid) rmSync(file, { force: true });
}

function refusal(what: string, dir: string, pid: number): StackError {
  return new StackError(`${what} is already running in ${dir} (pid ${pid}): stop that one first.`);
}

function succeeds(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT'))
      return false;
    throw error;
  }
}
