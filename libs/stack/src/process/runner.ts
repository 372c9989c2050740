import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { type Child, type ChildSpec, startChild } from './child.ts';
import { lastWords, readLog } from './log-file.ts';
import { endOrphan } from './pid-file.ts';
import { becomesTrue } from './wait.ts';

/** A child that can be started again and again: one server, one service. */
export interface Runner {
  /** @throws StackError when it ends or does not answer in time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  pid(): number | undefined;
}

export interface RunnerSpec {
  /** Names its log and pid files. */
  name: string;
  /** As a person would say it. */
  title: string;
  dir: string;
  /** Keeps the pid files of servers and services apart. */
  kind: 'servers' | 'services';
  /** Called before each start, when nothing of a former run is left. */
  prepare(): Promise<void>;
  child(): Omit<ChildSpec, 'logFile' | 'pidFile' | 'name'>;
  answers(log: string): Promise<boolean>;
  isPassing?(log: string): boolean;
  readyWithinMs: number;
  /** How long it may take to end when asked politely. */
  graceMs: number;
  onExit?(reason: string): void;
}

const patienceMs = 10_000;

/** Where the pid files of one kind are; made when missing. */
export function pidFolder(dir: string, kind: RunnerSpec['kind']): string {
  const folder = join(dir, 'pids', kind);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function runner(spec: RunnerSpec): Runner {
  const logFile = join(spec.dir, 'logs', `${spec.name}.log`);
  const pidFile = join(pidFolder(spec.dir, spec.kind), `${spec.name}.json`);
  let child: Child | undefined;
  let leaving = false;

  async function start(): Promise<void> {
    await stop();
    await endOrphan(pidFile);
    const giveUpAt = Date.now() + patienceMs;
    for (;;) {
      await spec.prepare();
      if (await startOnce()) return;
      const mayPass = spec.isPassing?.(readLog(logFile)) === true && Date.now() < giveUpAt;
      if (!mayPass)
        throw new StackError(`${spec.title} did not start: ${lastWords(logFile)} (more in ${logFile}).`);
    }
  }

  /** Says whether it came up; a child that ended before is a no, one that hangs is thrown. */
  async function startOnce(): Promise<boolean> {
    const started = await startChild({ ...spec.child(), name: spec.title, logFile, pidFile });
    child = started;
    leaving = false;
    let up = false;
    void started.exited.then((reason) => {
      if (child === started) child = undefined;
      if (up && !leaving) spec.onExit?.(reason);
    });
    const decided = async () => {
      up = started.isRunning() && (await spec.answers(readLog(logFile)));
      return up || !started.isRunning();
    };
    if (await becomesTrue(decided, spec.readyWithinMs, 100)) return up;
    await started.stop(spec.graceMs);
    throw new StackError(
      `${spec.title} did not answer within ${spec.readyWithinMs / 1000} s; ${logFile} may say why.`,
    );
  }

  async function stop(): Promise<void> {
    leaving = true;
    await child?.stop(spec.graceMs);
  }

  return {
    start,
    stop,
    kill9: async () => {
      leaving = true;
      await child?.kill9();
    },
    pid: () => child?.pid,
  };
}
