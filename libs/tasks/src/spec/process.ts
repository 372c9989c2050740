import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@dabba/testing';

export interface WorkerProcess {
  child: ChildProcess;
  messages: Record<string, unknown>[];
  /** Waits until it has told that it is there. */
  reaches(at: string): Promise<Record<string, unknown>>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts `worker-process.ts` as a process of its own. */
export function startWorkerProcess(databaseUrl: string, provider = ''): WorkerProcess {
  const file = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
  const child = fork(file, [databaseUrl, provider], { execArgv: ['--import', 'tsx'] });
  const messages: Record<string, unknown>[] = [];
  child.on('message', (message) => {
    messages.push({ ...Object(message) });
  });
  return {
    child,
    messages,
    reaches: (at) => until(`the worker at ${at}`, () => messages.find((message) => message.at === at)),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
