import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { StackError } from '../stack-error.ts';
import { end, endNow } from './end.ts';
import { guard } from './guard.ts';
import { closeLog, openLog } from './log-file.ts';
import { writePidFile } from './pid-file.ts';

export interface ChildSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** Added to our own environment. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Whom to run as, where that is not us. */
  user?: { uid: number; gid: number };
  logFile: string;
  pidFile: string;
  /** What asks it to end (default SIGTERM). */
  stopSignal?: NodeJS.Signals;
}

export interface Child {
  readonly pid: number;
  /** Resolves with the reason when it has ended. */
  readonly exited: Promise<string>;
  isRunning(): boolean;
  /** Asks it to end, and kills it after the grace. */
  stop(graceMs?: number): Promise<void>;
  kill9(): Promise<void>;
}

/**
 * Starts a child in a session of its own (Ctrl-C in the terminal reaches only us, and we stop children in order), with
 * its output in a file that outlives us, a pid file for the next start, and a guard that ends it should we die.
 */
export function startChild(spec: ChildSpec): Promise<Child> {
  const log = openLog(spec.logFile);
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd ?? process.cwd(),
    env: { ...process.env, ...spec.env },
    detached: true,
    stdio: ['ignore', log, log],
    ...spec.user,
  });
  closeLog(log);
  const { pid } = child;
  if (pid === undefined) {
    return new Promise((_, reject) => {
      child.once('error', (cause) => {
        reject(new StackError(`${spec.name} cannot be started: ${cause.message}.`, { cause }));
      });
    });
  }
  const stopSignal = spec.stopSignal ?? 'SIGTERM';
  // First, so that whoever finds the pid file finds a child that does not outlive us.
  const callOff = guard(pid, stopSignal);
  const identity = writePidFile(spec.pidFile, pid);
  let running = true;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signalName) => {
      running = false;
      callOff();
      rmSync(spec.pidFile, { force: true });
      resolve(signalName ? `ended by ${signalName}` : `exit code ${code}`);
    });
  });
  return Promise.resolve({
    pid,
    exited,
    isRunning: () => running,
    stop: async (graceMs = 7000) => {
      await end(identity, stopSignal, graceMs);
      await exited;
    },
    kill9: async () => {
      await endNow(identity);
      await exited;
    },
  });
}
